using System.Buffers;
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

    /// <summary>The figure with each of some tables of what latest items add; on a CPU from one pass of the networks.</summary>
    public double[] NdcgOfEach(IReadOnlyList<GainTable> tables, CancellationToken cancellation = default) =>
        _popularity.device_type == DeviceType.CPU ? [.. GainsOfEach(tables, cancellation).Select(Mean)] : [.. tables.Select(Ndcg)];

    /// <summary>The figure with what latest items add; null for nothing.</summary>
    public double Ndcg(GainTable? table) => Mean(Scored(scoring => Gains(scoring, table)));

    private T Scored<T>(Func<ScoringNetworks, T> use)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            foreach (SequentialNetwork network in _networks)
                network.eval();
            using var scoring = new ScoringNetworks(_networks, _tokens, _popularity, _items);
            return use(scoring);
        }
    }

    private double Mean(double[] gains)
    {
        Span<double> sums = [gains.Sum(), gains.Length];
        _group.Sum(sums);
        return sums[0] / Math.Max(1, sums[1]);
    }

    // Of this rank's users.
    private double[] Gains(ScoringNetworks scoring, GainTable? table)
    {
        using var ranker = new Ranker(scoring, _popularity, table);
        return OrNaN(1, () => [[.. ranker.Rank(_batches).Select(Gain)]])[0];
    }

    // The same for each table.
    private double[][] GainsOfEach(IReadOnlyList<GainTable> tables, CancellationToken cancellation) =>
        Scored(scoring => OrNaN(tables.Count, () => GainsOfEach(scoring, tables, cancellation)));

    private double[][] GainsOfEach(ScoringNetworks scoring, IReadOnlyList<GainTable> tables, CancellationToken cancellation)
    {
        using var ranker = new Ranker(scoring, _popularity);
        double[][] gains = [.. tables.Select(_ => new double[_batches.Rows.Sum(rows => rows.Length)])];
        int first = 0;
        for (int i = 0; i < _batches.Rows.Count; first += _batches.Rows[i++].Length)
        {
            cancellation.ThrowIfCancellationRequested();
            _batches.Use(i, batch => ranker.VisitScores(batch.Inputs, ranker.All, (row, scores) =>
            {
                float[] own = ArrayPool<float>.Shared.Rent(scores.Length);
                for (int table = 0; table < tables.Count; table++)
                {
                    Span<float> with = own.AsSpan(0, scores.Length);
                    scores.CopyTo(with);
                    tables[table].AddTo(with, batch.Histories[row], ranker.All);
                    gains[table][first + row] = Gain(TargetRank.Both(with, batch.Targets[row], batch.Histories[row].Span));
                }

                ArrayPool<float>.Shared.Return(own);
            }));
        }

        return gains;
    }

    // Ranking refuses scores that are not numbers.
    private static double[][] OrNaN(int count, Func<double[][]> gains)
    {
        try
        {
            return gains();
        }
        catch (ArgumentException)
        {
            return [.. Enumerable.Range(0, count).Select(_ => new[] { double.NaN })];
        }
    }

    private static double Gain(TargetRanks rank) => rank.Unseen <= 10 ? 1 / Math.Log2(rank.Unseen + 1) : 0;

    public void Dispose()
    {
        _batches.Dispose();
        _popularity.Dispose();
        _items?.Dispose();
    }
}
