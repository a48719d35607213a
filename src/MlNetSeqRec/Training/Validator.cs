using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>NDCG@10 of networks as they stand, among the items that each user has not had.</summary>
internal sealed class Validator : IValidator
{
    private readonly IReadOnlyList<SequentialNetwork> _networks;
    private readonly TokenTable? _tokens;
    private readonly Tensor _popularity;
    private readonly TargetBatches _batches;
    private readonly Tensor? _items;
    private readonly ProcessGroup _group;

    /// <param name="networks">What is validated: one network, or several whose scores are averaged.</param>
    /// <param name="tokens">The text of the items; null without.</param>
    /// <param name="data">Histories and targets.</param>
    /// <param name="popularity">How often training saw each item.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="range">Which of the network's items the data is of; null for all.</param>
    /// <param name="group">The ranks that share the users; null for this process by itself.</param>
    public Validator(
        IReadOnlyList<SequentialNetwork> networks, TokenTable? tokens, EncodedHistories data, int[] popularity, Device device, ItemRange? range = null, ProcessGroup? group = null)
    {
        (_networks, _tokens, _group) = (networks, tokens, group ?? ProcessGroup.Alone);
        if (_group.Count > 1)
            data = data.OfRows(RankShare.Of(_group).Of(Enumerable.Range(0, data.Count).ToArray()));
        _popularity = tensor(Array.ConvertAll(popularity, count => (float)count), device: device).DetachFromDisposeScope();
        _batches = new TargetBatches(data, popularity.Length, networks[0].Shape.MaximumLength, device);
        _items = range is { } part ? arange(part.First, part.First + part.Count, ScalarType.Int64, device).DetachFromDisposeScope() : null;
    }

    /// <summary>The figure, or NaN where a network gives scores that are not numbers.</summary>
    public double Ndcg() => Ndcg(null);

    /// <summary>The figure with what latest items add; null for nothing.</summary>
    public double Ndcg(GainTable? table)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            foreach (SequentialNetwork network in _networks)
                network.eval();
            using var scoring = new ScoringNetworks(_networks, _tokens, _popularity, _items);
            return Ndcg(scoring, table);
        }
    }

    private double Ndcg(ScoringNetworks scoring, GainTable? table)
    {
        double[] gains = Gains(scoring, table);
        Span<double> sums = [gains.Sum(), gains.Length];
        _group.Sum(sums);
        return sums[0] / Math.Max(1, sums[1]);
    }

    // Of this rank's users.
    private double[] Gains(ScoringNetworks scoring, GainTable? table)
    {
        using var ranker = new Ranker(scoring, _popularity, table);
        try
        {
            return [.. ranker.Rank(_batches).Select(rank => rank.Unseen <= 10 ? 1 / Math.Log2(rank.Unseen + 1) : 0)];
        }
        catch (ArgumentException)
        {
            return [double.NaN];
        }
    }

    public void Dispose()
    {
        _batches.Dispose();
        _popularity.Dispose();
        _items?.Dispose();
    }
}
