using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>Evaluates trained models on histories with targets.</summary>
internal static class ModelEvaluation
{
    /// <summary>Ranks every user's target; the histories are scored in batches of similar length.</summary>
    public static SequentialRankingMetrics Evaluate(ICatalogueScorer scorer, IDataView data, IReadOnlyList<int> k, RankingProtocol protocol, CancellationToken cancellation)
    {
        SequentialRecommendationTransformer model = scorer.Trained;
        return Evaluate(scorer, EncodedHistories.Read(data, model.Columns.History, model.Columns.Target, model.IndexOf), k, protocol, cancellation);
    }

    /// <summary>The same for histories over the model's catalogue.</summary>
    public static SequentialRankingMetrics Evaluate(ICatalogueScorer scorer, EncodedHistories encoded, IReadOnlyList<int> k, RankingProtocol protocol, CancellationToken cancellation)
    {
        SequentialRecommendationTransformer model = scorer.Trained;
        var accumulator = new RankingAccumulator(encoded.Count, model.Model.Popularity, k, protocol);
        Ranker ranker = model.Model.Ranker;
        using var batches = new TargetBatches(encoded, model.Catalogue.Count, model.Model.Network.Shape.MaximumLength, model.Model.Device);
        bool onDevice = scorer.IsModelAlone && !ranker.IsOnCpu && protocol.Negatives is null;
        TargetRanks[] ranks = onDevice ? ranker.Rank(batches) : [];
        int ranked = 0;
        for (int i = 0; i < batches.Rows.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] users = batches.Rows[i];
            batches.Use(i, onDevice ? AddRanks : AddScores);

            void AddScores(TargetBatch batch) => scorer.VisitScores(
                batch, (row, scores) => accumulator.Add(users[row], scores, batch.Histories[row].Span, batch.Targets[row]));

            void AddRanks(TargetBatch batch)
            {
                RankedItems[] top = ranker.Top(batch.Histories, CatalogCoverage.Top, excludeHistory: true);
                for (int row = 0; row < users.Length; row++, ranked++)
                    accumulator.Add(users[row], ranks[ranked].All, ranks[ranked].Unseen, batch.Histories[row].Length, batch.Targets[row], top[row].Items);
            }
        }

        return accumulator.ToMetrics();
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
