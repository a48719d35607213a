using TorchSharp;

namespace MlNetSeqRec.Experiments;

/// <summary>The candidates of one user whose target is among them.</summary>
/// <param name="Features">[candidates × features], in the model's order.</param>
/// <param name="Target">The target's place.</param>
internal sealed record CandidateGroup(float[] Features, int Target)
{
    public int Count => Features.Length / CandidateFeatures.Names.Count;
}

/// <summary>Some users' candidates.</summary>
/// <param name="Groups">Of the users whose target is among their candidates: the others teach nothing and gain nothing.</param>
/// <param name="Users">All users, these others with them.</param>
internal sealed record CandidateGroups(IReadOnlyList<CandidateGroup> Groups, int Users)
{
    private const int RowsAtOnce = 256;

    /// <param name="model">The model that gives the candidates.</param>
    /// <param name="features">What is known of them.</param>
    /// <param name="data">Histories with targets.</param>
    /// <param name="rows">Which of them.</param>
    /// <param name="count">Candidates beside those that the history holds.</param>
    /// <param name="withHistory">Whether these are candidates too.</param>
    public static CandidateGroups Make(SequentialRecommendationTransformer model, CandidateFeatures features, EncodedHistories data, int[] rows, int count, bool withHistory)
    {
        var groups = new CandidateGroup?[rows.Length];
        ICatalogueScorer scorer = model;
        for (int start = 0; start < rows.Length; start += RowsAtOnce)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            int first = start;
            int[] some = rows[start..Math.Min(start + RowsAtOnce, rows.Length)];
            using var batch = new TargetBatch(
                Array.ConvertAll(some, row => (ReadOnlyMemory<int>)data.Items.AsMemory((int)data.Offsets[row], data.LengthOf(row))),
                Array.ConvertAll(some, row => data.Targets![row]),
                model.Model.Network.Shape.MaximumLength,
                model.Model.Device);
            scorer.VisitScores(batch, (row, scores) => groups[first + row] = Group(batch.Histories[row].Span, batch.Targets[row], scores));
        }

        return new CandidateGroups([.. groups.OfType<CandidateGroup>()], rows.Length);

        CandidateGroup? Group(ReadOnlySpan<int> history, int target, Span<float> scores)
        {
            if (history.IsEmpty)
                return null;
            (int[] items, float[] own) = CandidateList.Choose(scores, history, count, withHistory);
            int place = Array.IndexOf(items, target);
            return place < 0 ? null : new CandidateGroup(features.Of(history, items, own), place);
        }
    }
}
