using MathNet.Numerics.LinearAlgebra;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>Which configurations a sweep runs, and in which order.</summary>
public static class SweepDesign
{
    private const double Ridge = 1e-3;

    /// <summary>Each width with each depth and each size.</summary>
    /// <param name="widths">Widths.</param>
    /// <param name="layers">Depths.</param>
    /// <param name="sizes">Sizes of data; null for all.</param>
    /// <param name="epochs">Epochs for each size, or one number for all sizes.</param>
    public static IReadOnlyList<SweepRun> Grid(IReadOnlyList<int> widths, IReadOnlyList<int> layers, IReadOnlyList<long?> sizes, IReadOnlyList<int> epochs)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        CheckEpochs(sizes, epochs);
        return [.. from width in widths from depth in layers from size in Enumerable.Range(0, sizes.Count) select new SweepRun(width, depth, sizes[size], epochs[Math.Min(size, epochs.Count - 1)])];
    }

    /// <summary>Random configurations: widths evenly in their logarithm between the least and the greatest, depths and sizes of those given.</summary>
    /// <param name="count">How many, all different.</param>
    /// <param name="widths">Between the least and the greatest of these.</param>
    /// <param name="layers">Depths.</param>
    /// <param name="sizes">Sizes of data; null for all.</param>
    /// <param name="epochs">Epochs for each size, or one number for all sizes.</param>
    /// <param name="heads">Widths are multiples of this.</param>
    /// <param name="seed">The seed.</param>
    public static IReadOnlyList<SweepRun> Random(int count, IReadOnlyList<int> widths, IReadOnlyList<int> layers, IReadOnlyList<long?> sizes, IReadOnlyList<int> epochs, int heads, int seed)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        CheckEpochs(sizes, epochs);
        var random = new Random(seed);
        var runs = new HashSet<SweepRun>();
        double least = Math.Log(widths.Min()), greatest = Math.Log(widths.Max());
        for (int tries = 0; runs.Count < count && tries < 100 * count; tries++)
        {
            int width = Math.Max(heads, (int)Math.Round(Math.Exp(least + (random.NextDouble() * (greatest - least))) / heads) * heads);
            int size = random.Next(sizes.Count);
            runs.Add(new SweepRun(width, layers[random.Next(layers.Count)], sizes[size], epochs[Math.Min(size, epochs.Count - 1)]));
        }

        return [.. runs];
    }

    /// <summary>
    /// The order in which runs tell most about how the metric depends on width, depth and data, whenever one stops: each next run
    /// is the one about which a quadratic response surface over their logarithms, known from the runs before, is least sure (a
    /// greedy D-optimal design). Corners come first, then middles, then the rest.
    /// </summary>
    /// <param name="runs">The runs.</param>
    /// <param name="whole">What "all" stands for, interactions.</param>
    public static IReadOnlyList<SweepRun> ByInformation(IReadOnlyList<SweepRun> runs, long whole)
    {
        ArgumentNullException.ThrowIfNull(runs);
        double[][] logs = [.. runs.Select(run => new[] { Math.Log(run.Width), Math.Log(run.Layers), Math.Log(run.Size ?? whole) })];
        Vector<double>[] features = [.. logs.Select(at => Surface(Scale(logs, at)))];
        Matrix<double> unsure = Matrix<double>.Build.DenseIdentity(features.FirstOrDefault()?.Count ?? 1) / Ridge;
        List<int> left = [.. Enumerable.Range(0, runs.Count)];
        var order = new List<SweepRun>();
        while (left.Count > 0)
        {
            // Of equals the cheaper one.
            int next = left.OrderByDescending(i => Math.Round(Math.Log(features[i] * (unsure * features[i])), 6)).ThenBy(i => Cost(runs[i], whole)).First();
            Vector<double> direction = unsure * features[next];
            unsure -= direction.OuterProduct(direction) / (1 + (features[next] * direction));
            left.Remove(next);
            order.Add(runs[next]);
        }

        return order;
    }

    /// <summary>What a run costs, in any unit: only for comparing runs of one sweep.</summary>
    internal static double Cost(SweepRun run, long whole) => (double)run.Epochs * (run.Size ?? whole) * (1 + (run.Layers * run.Width / 1024.0));

    private static void CheckEpochs(IReadOnlyList<long?> sizes, IReadOnlyList<int> epochs)
    {
        if (epochs.Count != 1 && epochs.Count != sizes.Count)
            throw new ArgumentException($"There are {epochs.Count} numbers of epochs for {sizes.Count} sizes: give one for all, or one for each");
    }

    // Each input from -1 to 1; one that does not vary is 0.
    private static double[] Scale(double[][] all, double[] at) => [.. at.Select((value, i) =>
    {
        double least = all.Min(some => some[i]), greatest = all.Max(some => some[i]);
        return greatest > least ? (2 * (value - least) / (greatest - least)) - 1 : 0;
    })];

    private static Vector<double> Surface(double[] x) => Vector<double>.Build.DenseOfArray(
        [1, x[0], x[1], x[2], x[0] * x[0], x[1] * x[1], x[2] * x[2], x[0] * x[1], x[0] * x[2], x[1] * x[2]]);
}
