using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Draws items with replacement by given probabilities, each draw in constant time (Walker's alias method).</summary>
internal sealed class NegativeSampler : IDisposable
{
    private readonly double[] _probabilities;
    private readonly double[] _threshold;
    private readonly int[] _alias;
    private Tensor? _logProbability;

    public NegativeSampler(NegativeSampling kind, IReadOnlyList<int> counts)
    {
        double total = counts.Sum(count => (double)count + 1);
        double uniform = 1.0 / counts.Count;
        _probabilities =
        [
            .. counts.Select(count => (kind, popularity: (count + 1) / total) switch
            {
                (NegativeSampling.Popularity, var popularity) => popularity,
                (NegativeSampling.Uniform, _) => uniform,
                (_, var popularity) => (popularity + uniform) / 2,
            }),
        ];
        (_threshold, _alias) = MakeAliases(_probabilities);
    }

    public int Draw(Random random)
    {
        int slot = random.Next(_threshold.Length);
        return random.NextDouble() < _threshold[slot] ? slot : _alias[slot];
    }

    /// <summary>ln of each item's probability, [items].</summary>
    public Tensor LogProbability(Device device) => _logProbability ??=
        tensor(_probabilities.Select(p => (float)Math.Log(p)).ToArray(), device: device).DetachFromDisposeScope();

    public void Dispose() => _logProbability?.Dispose();

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

        foreach (int rest in small.Concat(large))
            share[rest] = 1;
        return (share, alias);
    }
}
