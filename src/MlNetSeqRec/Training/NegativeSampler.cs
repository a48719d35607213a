namespace MlNetSeqRec;

/// <summary>Draws items with replacement by given weights, each draw in constant time (Walker's alias method).</summary>
internal sealed class NegativeSampler
{
    private readonly double[] _probabilities;
    private readonly double[] _threshold;
    private readonly int[] _alias;

    /// <param name="weights">One for each item, none negative, not all zero.</param>
    public NegativeSampler(double[] weights)
    {
        double total = weights.Sum();
        _probabilities = Array.ConvertAll(weights, weight => weight / total);
        (_threshold, _alias) = MakeAliases(_probabilities);
    }

    /// <summary>What the options say of draws that do not depend on the step.</summary>
    /// <param name="options">The options.</param>
    /// <param name="counts">How often each item occurs in training.</param>
    public static NegativeSampler Make(SequentialTransformerOptions options, IReadOnlyList<int> counts)
    {
        double smoothing = options.PopularitySmoothing;
        double total = counts.Sum(count => count + smoothing);
        return new NegativeSampler([.. counts.Select(count => options.NegativeSampling switch
        {
            NegativeSampling.Uniform => 1,
            NegativeSampling.LogPopularity => Math.Log(1 + count + smoothing),
            NegativeSampling.Mixed => (options.RandomShare / counts.Count) + ((1 - options.RandomShare) * (count + smoothing) / total),
            _ => count + smoothing,
        })]);
    }

    public int Draw(Random random)
    {
        int slot = random.Next(_threshold.Length);
        return random.NextDouble() < _threshold[slot] ? slot : _alias[slot];
    }

    public double Probability(int item) => _probabilities[item];

    private static (double[] Threshold, int[] Alias) MakeAliases(double[] probabilities)
    {
        int n = probabilities.Length;
        double[] share = [.. probabilities.Select(p => p * n)];
        var alias = new int[n];
        var small = new Stack<int>();
        var large = new Stack<int>();
        for (int i = 0; i < n; i++)
            (share[i] < 1 ? small : large).Push(i);
        while (small.Count > 0 && large.Count > 0)
        {
            int less = small.Pop();
            int more = large.Pop();
            alias[less] = more;
            share[more] -= 1 - share[less];
            (share[more] < 1 ? small : large).Push(more);
        }

        // What rounding left over: whole slots, but none for an item that is never to be drawn.
        int likeliest = Array.IndexOf(probabilities, probabilities.Max());
        foreach (int rest in small.Concat(large))
            (share[rest], alias[rest]) = (probabilities[rest] > 0 ? 1 : 0, likeliest);
        return (share, alias);
    }
}
