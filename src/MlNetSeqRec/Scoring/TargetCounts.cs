using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Ranks of targets by tensor operations, equal to those of <see cref="TargetRank"/>.</summary>
internal static class TargetCounts
{
    /// <summary>
    /// Rank = 1 + greater + (equal - 1) / 2, the target being one of the equals; with the counts of scores above the
    /// target's and of scores at least as great this is (1 + above + atLeast) / 2. Not a number where the target's score is none.
    /// </summary>
    /// <param name="scores">[users, items]</param>
    /// <param name="targets">The users' targets and what they had.</param>
    /// <returns>Among all items and among those that the user has not had, [2, users]. The caller's dispose scope owns it.</returns>
    public static Tensor Ranks(Tensor scores, TargetBatch.DeviceTargets targets)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor own = scores.gather(1, targets.Targets);
        Tensor all = ((scores > own).sum(1) + (scores >= own).sum(1) + 1).to(ScalarType.Float32) / 2;
        all.masked_fill_(own.squeeze(1).isnan(), float.NaN);

        // Each item that the user had and that counted above counts no more.
        Tensor seen = scores.view(-1).index_select(0, (targets.SeenRows * scores.shape[1]) + targets.SeenItems);
        Tensor ownOfSeen = own.squeeze(1).index_select(0, targets.SeenRows);
        Tensor counted = (seen > ownOfSeen).to(ScalarType.Float32) + (seen >= ownOfSeen).to(ScalarType.Float32);
        Tensor unseen = all.index_add(0, targets.SeenRows, counted, -0.5);
        return stack([all, unseen]).MoveToOuterDisposeScope();
    }

    /// <summary>Waits for the device once and reads the ranks of all batches, in their order.</summary>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    public static TargetRanks[] Read(IReadOnlyList<TargetBatch> batches, IReadOnlyList<Tensor> ranks)
    {
        if (batches.Count == 0)
            return [];
        using DisposeScope scope = NewDisposeScope();
        float[] values = cat([.. ranks], 1).Values<float>();
        int users = values.Length / 2;
        var read = new TargetRanks[users];
        int user = 0;
        foreach (TargetBatch batch in batches)
        {
            for (int row = 0; row < batch.Count; row++, user++)
            {
                if (float.IsNaN(values[user]))
                    throw new ArgumentException("A target's score is not a number", nameof(ranks));
                read[user] = batch.Finish(row, values[user], values[users + user]);
            }
        }

        return read;
    }
}
