using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>One user's ranked items and their scores, best first.</summary>
internal readonly record struct RankedItems(int[] Items, float[] Scores, bool IsPopularityFallback);

/// <summary>A target's rank among all items and among those that the user has not had; infinite where it is not a candidate.</summary>
internal readonly record struct TargetRanks(float All, float Unseen);

/// <summary>
/// Scores histories against item vectors on the device. An empty history, which says nothing, gets the popular items.
/// Used by many threads at once: nothing here changes after construction.
/// </summary>
/// <param name="network">The network, in evaluation mode.</param>
/// <param name="itemVectors">[items, width]</param>
/// <param name="popularity">How often each item occurs in training, [items], float.</param>
internal sealed class Ranker(SequentialNetwork network, Tensor itemVectors, Tensor popularity)
{
    public int ItemCount => (int)itemVectors.shape[0];

    /// <summary>Scores of all items, [histories, items]. The caller's dispose scope owns the tensor.</summary>
    public Tensor Score(IReadOnlyList<ReadOnlyMemory<int>> histories)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            HistoryBatch batch = HistoryBatch.Make(histories, network.Shape.MaximumLength, itemVectors.device);
            Tensor states = network.Encode(itemVectors, batch.Histories, batch.FromEnd);
            Tensor scores = states.view(-1, network.Shape.Width).index_select(0, batch.Last).mm(itemVectors.t());
            for (int row = 0; row < histories.Count; row++)
            {
                if (histories[row].IsEmpty)
                    scores[row].copy_(popularity);
            }

            return scores.MoveToOuterDisposeScope();
        }
    }

    /// <summary>The best <paramref name="count"/> items of each history.</summary>
    /// <param name="histories">Catalogue indices, oldest first.</param>
    /// <param name="count">Items wanted; fewer are given where fewer are allowed.</param>
    /// <param name="excludeHistory">Whether the history's own items are left out.</param>
    /// <param name="mask">0 for allowed items, minus infinity for others, [items]; null allows all.</param>
    public RankedItems[] Top(IReadOnlyList<ReadOnlyMemory<int>> histories, int count, bool excludeHistory, Tensor? mask)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            Tensor scores = Score(histories);
            if (excludeHistory)
            {
                (long[] flat, _) = Exclusions(histories, null);
                if (flat.Length > 0)
                    scores.view(-1).index_fill_(0, tensor(flat, device: scores.device), float.NegativeInfinity);
            }

            if (mask is not null)
                scores.add_(mask);
            count = Math.Min(count, ItemCount);
            (Tensor values, Tensor indices) = scores.topk(count, dim: 1);
            float[] topScores = values.Values<float>();
            long[] topItems = indices.Values<long>();

            var ranked = new RankedItems[histories.Count];
            for (int row = 0; row < ranked.Length; row++)
            {
                Span<float> own = topScores.AsSpan(row * count, count);
                int allowed = own.IndexOf(float.NegativeInfinity) is >= 0 and int end ? end : count;
                ranked[row] = new RankedItems(
                    [.. topItems.AsSpan(row * count, allowed).ToArray().Select(item => (int)item)],
                    own[..allowed].ToArray(),
                    histories[row].IsEmpty);
            }

            return ranked;
        }
    }

    /// <summary>
    /// The rank of each target: 1 + the candidates that score higher + half of the others that score the same. A target of
    /// -1, an item outside the catalogue, is never found.
    /// </summary>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    public TargetRanks[] Rank(IReadOnlyList<ReadOnlyMemory<int>> histories, int[] targets)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            Tensor scores = Score(histories);
            return scores.device_type == DeviceType.CPU ? RankOnCpu(scores, histories, targets) : RankOnDevice(scores, histories, targets);
        }
    }

    /// <summary>The ranks by tensor operations, so that the scores stay on the device.</summary>
    internal TargetRanks[] RankOnDevice(Tensor scores, IReadOnlyList<ReadOnlyMemory<int>> histories, int[] targets)
    {
        var known = new long[targets.Length];
        for (int i = 0; i < known.Length; i++)
            known[i] = Math.Max(0, targets[i]);
        Tensor ofTarget = scores.gather(1, tensor(known, device: scores.device).unsqueeze(1));
        Tensor all = (scores > ofTarget).sum(1).to(ScalarType.Float32) + ((scores == ofTarget).sum(1).to(ScalarType.Float32) + 1) / 2;

        (long[] flat, long[] rows) = Exclusions(histories, targets);
        Tensor unseen = all.clone();
        if (flat.Length > 0)
        {
            Tensor row = tensor(rows, device: scores.device);
            Tensor seen = scores.view(-1).index_select(0, tensor(flat, device: scores.device));
            Tensor own = ofTarget.squeeze(1).index_select(0, row);
            unseen.index_add_(0, row, -((seen > own).to(ScalarType.Float32) + (seen == own).to(ScalarType.Float32) / 2), 1);
        }

        if (ofTarget.isnan().any().item<bool>())
            throw new ArgumentException("A target's score is not a number", nameof(scores));
        float[] allRanks = all.Values<float>();
        float[] unseenRanks = unseen.Values<float>();
        var ranks = new TargetRanks[targets.Length];
        for (int i = 0; i < ranks.Length; i++)
        {
            ranks[i] = targets[i] < 0 ? new TargetRanks(float.PositiveInfinity, float.PositiveInfinity)
                : new TargetRanks(allRanks[i], histories[i].Span.Contains(targets[i]) ? float.PositiveInfinity : unseenRanks[i]);
        }

        return ranks;
    }

    // One pass over each row's scores, which is several times as quick on a CPU as comparing whole tensors.
    private TargetRanks[] RankOnCpu(Tensor scores, IReadOnlyList<ReadOnlyMemory<int>> histories, int[] targets)
    {
        float[] all = scores.Values<float>();
        var ranks = new TargetRanks[targets.Length];
        Parallel.For(0, targets.Length, row =>
        {
            ReadOnlySpan<float> own = all.AsSpan(row * ItemCount, ItemCount);
            ranks[row] = new TargetRanks(TargetRank.Among(own, targets[row]), TargetRank.Among(own, targets[row], histories[row].Span));
        });
        return ranks;
    }

    // The distinct items of each history but its target, as positions in the flattened scores, and the row of each.
    private (long[] Flat, long[] Rows) Exclusions(IReadOnlyList<ReadOnlyMemory<int>> histories, int[]? targets)
    {
        var flat = new List<long>();
        var rows = new List<long>();
        var distinct = new HashSet<int>();
        for (int row = 0; row < histories.Count; row++)
        {
            distinct.Clear();
            foreach (int item in histories[row].Span)
            {
                if (item != targets?[row] && distinct.Add(item))
                {
                    flat.Add(((long)row * ItemCount) + item);
                    rows.Add(row);
                }
            }
        }

        return ([.. flat], [.. rows]);
    }
}
