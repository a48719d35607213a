using Microsoft.ML;

namespace MlNetSeqRec.Experiments;

/// <summary>
/// A re-ranker on top of a trained model. Its trees learn from validation users, so it is judged by the others: a part that neither
/// the trees nor their number has seen.
/// </summary>
internal sealed class SecondStage(SequentialRecommendationCatalog recommendation, SequentialExperimentSettings settings, ExperimentData data, IDataView train)
{
    private const int JudgesOneIn = 3;
    private const int LeastUsers = 30;

    /// <summary>Whether there are users enough to learn from and to judge by.</summary>
    public bool IsPossible => data.Domain.Validation!.Count >= LeastUsers;

    /// <summary>Trains it; gives its transformer, and the figures with and without it on the users that judge.</summary>
    public (RerankingTransformer Reranker, SequentialRankingMetrics With, SequentialRankingMetrics Without) Train(SequentialRecommendationTransformer model)
    {
        int[] order = [.. Enumerable.Range(0, data.Domain.Validation!.Count)];
        new Random(settings.Seed).Shuffle(order);
        int judges = order.Length / JudgesOneIn;
        FastTreeReranker trainer = recommendation.Trainers.FastTreeReranker(new FastTreeRerankerOptions
        {
            ValidationData = recommendation.Data.Context.Data.LoadFromEnumerable(Rows(order[judges..])),
            Interactions = train,
            Items = settings.Items,
            Seed = settings.Seed,
        });
        RerankingTransformer reranker = trainer.Fit(model.Transform(data.Histories.Transform(train)));
        EncodedHistories held = data.Domain.Validation.OfRows(order[..judges]);
        return (reranker, Measure(reranker.Over(model)), Measure(model));

        SequentialRankingMetrics Measure(ICatalogueScorer scorer) =>
            ModelEvaluation.Evaluate(scorer, held, MetricValues.K, new RankingProtocol(null, settings.Seed), settings.CancellationToken);
    }

    private IEnumerable<Row> Rows(int[] users)
    {
        EncodedHistories validation = data.Domain.Validation!;
        ItemCatalogue catalogue = data.Domain.Catalogue;
        foreach (int user in users.Where(user => validation.Targets![user] >= 0))
            yield return new Row { History = [.. validation.Of(user).ToArray().Select(catalogue.IdOf)], Target = catalogue.IdOf(validation.Targets![user]) };
    }

    private sealed class Row
    {
        public string[] History { get; init; } = [];

        public string Target { get; init; } = string.Empty;
    }
}
