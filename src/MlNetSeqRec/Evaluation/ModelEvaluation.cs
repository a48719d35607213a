using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace MlNetSeqRec;

/// <summary>Evaluates trained models on histories with targets.</summary>
internal static class ModelEvaluation
{
    private const int RowsAtOnce = 256;

    /// <summary>Ranks every user's target; the histories are scored in batches of similar length.</summary>
    public static SequentialRankingMetrics Evaluate(SequentialRecommendationTransformer model, IDataView data, IReadOnlyList<int> k, RankingProtocol protocol, CancellationToken cancellation)
    {
        EncodedHistories encoded = EncodedHistories.Read(data, model.Columns.History, model.Columns.Target, model.IndexOf);
        var accumulator = new RankingAccumulator(encoded.Count, model.Model.Popularity, k, protocol);
        foreach (int[] rows in Enumerable.Range(0, encoded.Count).OrderBy(encoded.LengthOf).Chunk(RowsAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlyMemory<int>[] histories = [.. rows.Select(row => (ReadOnlyMemory<int>)encoded.Items.AsMemory((int)encoded.Offsets[row], encoded.LengthOf(row)))];
            if (protocol.Negatives is null)
                AddFull(rows, histories);
            else
                AddSampled(rows, histories);
        }

        return accumulator.ToMetrics();

        void AddFull(int[] rows, ReadOnlyMemory<int>[] histories)
        {
            TargetRanks[] ranks = model.Model.Ranker.Rank(histories, [.. rows.Select(row => encoded.Targets![row])]);
            RankedItems[] top = model.Model.Ranker.Top(histories, CatalogCoverage.Top, excludeHistory: true, mask: null);
            for (int i = 0; i < rows.Length; i++)
                accumulator.Add(rows[i], ranks[i].All, ranks[i].Unseen, histories[i].Length, encoded.Targets![rows[i]], top[i].Items);
        }

        void AddSampled(int[] rows, ReadOnlyMemory<int>[] histories)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            float[] scores = model.Model.Ranker.Score(histories).Values<float>();
            int items = model.Catalogue.Count;
            Parallel.For(0, rows.Length, i => accumulator.Add(rows[i], scores.AsSpan(i * items, items), histories[i].Span, encoded.Targets![rows[i]]));
        }
    }

    /// <summary>Reads the ranks that a model added to data with targets.</summary>
    public static SequentialRankingMetrics Read(IDataView scored, IReadOnlyList<int> k)
    {
        DataViewSchema.Column all = Columns.Find(scored.Schema, RecommendationColumns.TargetRank, "the target's rank, which a trained model adds to data that has a target");
        DataViewSchema.Column unseen = Columns.Find(scored.Schema, RecommendationColumns.TargetRankUnseen, "the target's rank");
        int items = 0;
        if (all.Annotations.Schema.GetColumnOrNull(RecommendationColumns.ItemCount) is not null)
            all.Annotations.GetValue(RecommendationColumns.ItemCount, ref items);
        UserRanks[] users = [.. scored.GetColumn<float>(all).Zip(scored.GetColumn<float>(unseen), (a, u) => new UserRanks(a, u, 0, 0))];
        return new SequentialRankingMetrics(users, items, null, k, default, null);
    }
}
