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
    /// <summary>What is done with one history's scores of all items; they may be overwritten.</summary>
    public delegate void RowVisitor(int row, Span<float> scores);

    public int ItemCount => (int)itemVectors.shape[0];

    public bool IsOnCpu => itemVectors.device_type == DeviceType.CPU;

    /// <summary>Scores of all items, [histories, items]. The caller's dispose scope owns the tensor.</summary>
    public Tensor Score(IReadOnlyList<ReadOnlyMemory<int>> histories)
    {
        using DisposeScope scope = NewDisposeScope();
        return Score(Batch(histories)).MoveToOuterDisposeScope();
    }

    /// <summary>Gives each history's scores to <paramref name="visit"/>, on all cores.</summary>
    public void VisitScores(HistoryBatch batch, RowVisitor visit)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scores = Score(batch).cpu();
        (int rows, int items) = ((int)scores.shape[0], ItemCount);
        if (rows == 1)
            visit(0, scores.Span<float>());
        else
            Parallel.For(0, rows, row => visit(row, scores.Span<float>().Slice(row * items, items)));
    }

    /// <summary>The best <paramref name="count"/> items of each history.</summary>
    /// <param name="histories">Catalogue indices, oldest first.</param>
    /// <param name="count">Items wanted; fewer are given where fewer are allowed.</param>
    /// <param name="excludeHistory">Whether the history's own items are left out.</param>
    /// <param name="mask">0 for allowed items, minus infinity for others, [items]; null allows all.</param>
    public RankedItems[] Top(IReadOnlyList<ReadOnlyMemory<int>> histories, int count, bool excludeHistory, Tensor? mask)
    {
        using DisposeScope scope = NewDisposeScope();
        var ranked = new RankedItems[histories.Count];
        VisitScores(Batch(histories), (row, scores) =>
        {
            ReadOnlySpan<int> history = histories[row].Span;
            if (excludeHistory)
            {
                foreach (int item in history)
                    scores[item] = float.NegativeInfinity;
            }

            (int[] items, float[] best) = BestItems.Select(scores, count);
            ranked[row] = new RankedItems(items, best, history.IsEmpty);
        });
        return ranked;
    }

    /// <summary>
    /// The rank of each target: 1 + the candidates that score higher + half of the others that score the same. A target of
    /// -1, an item outside the catalogue, is never found.
    /// </summary>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    public TargetRanks[] Rank(IReadOnlyList<ReadOnlyMemory<int>> histories, int[] targets)
    {
        using var batch = new TargetBatch(histories, targets, network.Shape.MaximumLength, itemVectors.device);
        if (IsOnCpu)
            return RankOnCpu(batch);
        using DisposeScope scope = NewDisposeScope();
        return TargetCounts.Read([batch], [RankOnDevice(batch)]);
    }

    /// <summary>The ranks of the users of all batches, one batch after another; a device's results are read once, at the end.</summary>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    public TargetRanks[] Rank(TargetBatches batches)
    {
        using DisposeScope scope = NewDisposeScope();
        var done = new List<TargetBatch>();
        var onDevice = new List<Tensor>();
        var ranks = new List<TargetRanks>();
        for (int i = 0; i < batches.Rows.Count; i++)
        {
            batches.Use(i, batch =>
            {
                if (IsOnCpu)
                {
                    ranks.AddRange(RankOnCpu(batch));
                    return;
                }

                done.Add(batch);
                onDevice.Add(RankOnDevice(batch));
            });
        }

        return IsOnCpu ? [.. ranks] : TargetCounts.Read(done, onDevice);
    }

    /// <summary>The ranks by tensor operations, so that the scores stay on the device: [2, users], among all and among unseen items.</summary>
    internal Tensor RankOnDevice(TargetBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
            return TargetCounts.Ranks(Score(batch.Inputs), batch.OnDevice).MoveToOuterDisposeScope();
    }

    // One pass over each row's scores, which is several times as quick on a CPU as comparing whole tensors.
    private TargetRanks[] RankOnCpu(TargetBatch batch)
    {
        var ranks = new TargetRanks[batch.Count];
        VisitScores(batch.Inputs, (row, scores) => ranks[row] = TargetRank.Both(scores, batch.Targets[row], batch.Histories[row].Span));
        return ranks;
    }

    private HistoryBatch Batch(IReadOnlyList<ReadOnlyMemory<int>> histories) => HistoryBatch.Make(histories, network.Shape.MaximumLength, itemVectors.device);

    // The state after each history's last item, [histories, width].
    private Tensor States(HistoryBatch batch) =>
        network.Encode(itemVectors, batch.Histories, batch.FromEnd).view(-1, network.Shape.Width).index_select(0, batch.Last);

    private Tensor Score(HistoryBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            Tensor scores = States(batch).mm(itemVectors.t());
            if (batch.Empty is { } empty)
                scores.index_copy_(0, empty, popularity.expand(empty.shape[0], ItemCount));
            return scores.MoveToOuterDisposeScope();
        }
    }
}
