using MathNet.Numerics.LinearRegression;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// What an event costs in one epoch in a network of some width and depth, from runs of others. How many places attention looks
/// at, how many scores and how many item vectors there are for an event depends on the data and the options and not on the
/// network: these three are fitted to what the runs counted, and the products of the blocks are known.
/// </summary>
internal sealed class ShapeCost
{
    private readonly double[] _perEvent;

    private ShapeCost(double[] perEvent) => _perEvent = perEvent;

    public static ShapeCost Of(IReadOnlyList<RunRecord> runs)
    {
        double[][] inputs = [.. runs.Select(run => Products(run.Width, run.Layers))];
        double[] rest = [.. runs.Select(run => (run.Epochs[^1].Flops / run.Epochs[^1].Epoch / run.Events) - Blocks(run.Width, run.Layers))];

        // Relative errors count, or the widest runs would decide alone.
        double[] scale = [.. runs.Select(run => run.Epochs[^1].Epoch * (double)run.Events / run.Epochs[^1].Flops)];
        double[][] relative = [.. inputs.Select((row, i) => row.Select(value => value * scale[i]).ToArray())];

        // Runs of one depth cannot tell the products apart: the faint wish that each is 0 then decides.
        double[][] wishes = [.. Enumerable.Range(0, relative[0].Length).Select(j => relative[0].Select((_, k) => k == j ? 1e-6 * relative.Max(row => row[j]) : 0).ToArray())];
        double[] fitted = MultipleRegression.Svd([.. relative, .. wishes], [.. rest.Select((value, i) => value * scale[i]), .. wishes.Select(_ => 0.0)]);
        return new ShapeCost([.. fitted.Select(value => Math.Max(0, value))]);
    }

    /// <summary>FLOPs for each event and epoch.</summary>
    public double For(int width, int layers) => Blocks(width, layers) + Products(width, layers).Zip(_perEvent, (product, count) => product * count).Sum();

    private static double Blocks(int width, int layers) => TrainingCost.Flops(new TrainingWork { Positions = 1 }, width, layers);

    private static double[] Products(int width, int layers) =>
    [
        TrainingCost.Flops(new TrainingWork { AttentionPairs = 1 }, width, layers),
        TrainingCost.Flops(new TrainingWork { Scores = 1 }, width, layers),
        TrainingCost.Flops(new TrainingWork { ItemVectors = 1 }, width, layers),
    ];
}
