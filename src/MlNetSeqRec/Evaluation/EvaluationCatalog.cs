using Microsoft.ML;

namespace MlNetSeqRec;

/// <content>Evaluation.</content>
public sealed partial class SequentialRecommendationCatalog
{
    private static readonly int[] _defaultK = [5, 10, 20];

    /// <summary>
    /// Figures of a model from the ranks that it added to data with targets: <c>Evaluate(model.Transform(split.Test))</c>.
    /// The whole catalogue is ranked. For slices, coverage and other protocols give the model itself.
    /// </summary>
    /// <param name="scoredData">What a trained model made of data that has a target column.</param>
    /// <param name="k">Cut-offs of HR and NDCG; 5, 10 and 20 if null.</param>
    public SequentialRankingMetrics Evaluate(IDataView scoredData, IReadOnlyList<int>? k = null)
    {
        ArgumentNullException.ThrowIfNull(scoredData);
        return ModelEvaluation.Read(scoredData, k ?? _defaultK);
    }

    /// <summary>Figures of a model on histories with targets, with slices and coverage.</summary>
    /// <param name="model">A trained model, or a chain that has one and perhaps a re-ranker after it, whose order then counts.</param>
    /// <param name="data">Histories and targets, as <see cref="SequenceSplit.Test"/>.</param>
    /// <param name="k">Cut-offs of HR and NDCG; 5, 10 and 20 if null.</param>
    /// <param name="protocol">"full" ranks the whole catalogue, "sampled:N" the target among N drawn items.</param>
    /// <param name="seed">The seed of draws.</param>
    /// <param name="cancellation">Ends the evaluation early.</param>
    public SequentialRankingMetrics Evaluate(
        ITransformer model, IDataView data, IReadOnlyList<int>? k = null, string protocol = "full", int seed = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return ModelEvaluation.Evaluate(FindScorer(model), data, k ?? _defaultK, RankingProtocol.Parse(protocol, seed), cancellation);
    }

    /// <summary>Figures of a simple rule on the same data and the same candidates as a model.</summary>
    /// <param name="baseline">The rule.</param>
    /// <param name="model">The model whose catalogue is ranked.</param>
    /// <param name="train">The interactions that the model was trained on: UserId, ItemId and, unless the rows are in order, Timestamp.</param>
    /// <param name="data">Histories and targets.</param>
    /// <param name="k">Cut-offs of HR and NDCG; 5, 10 and 20 if null.</param>
    /// <param name="protocol">"full" or "sampled:N".</param>
    /// <param name="seed">The seed of draws.</param>
    public SequentialRankingMetrics EvaluateBaseline(
        SequentialBaseline baseline, ITransformer model, IDataView train, IDataView data, IReadOnlyList<int>? k = null, string protocol = "full", int seed = 1)
    {
        SequentialRecommendationTransformer trained = FindModel(model);
        ArgumentNullException.ThrowIfNull(train);
        string? time = train.Schema.GetColumnOrNull(SequenceViews.TimeColumn) is null ? null : SequenceViews.TimeColumn;
        IDataView histories = Transforms.BuildSequences(timeColumn: time).Fit(train).Transform(train);
        EncodedHistories training = EncodedHistories.Read(histories, SequenceViews.HistoryColumn, null, trained.IndexOf);
        EncodedHistories test = EncodedHistories.Read(data, trained.Columns.History, trained.Columns.Target, trained.IndexOf);
        int[] counts = training.CountItems(trained.Catalogue.Count);
        return BaselineEvaluation.Evaluate(baseline, training, test, counts, k ?? _defaultK, RankingProtocol.Parse(protocol, seed));
    }

    /// <summary>
    /// Figures of what the latest items add to a model's scores (<see cref="SequentialTransformerOptions.Transitions"/>,
    /// <see cref="SequentialTransformerOptions.TextSimilarity"/>), by itself: the rest is what the network is worth. Null where nothing is added.
    /// </summary>
    /// <param name="model">A trained model, or a chain that has one.</param>
    /// <param name="data">Histories and targets.</param>
    /// <param name="k">Cut-offs of HR and NDCG; 5, 10 and 20 if null.</param>
    /// <param name="protocol">"full" or "sampled:N".</param>
    /// <param name="seed">The seed of draws.</param>
    public SequentialRankingMetrics? EvaluateLatestItems(ITransformer model, IDataView data, IReadOnlyList<int>? k = null, string protocol = "full", int seed = 1)
    {
        SequentialRecommendationTransformer trained = FindModel(model);
        ArgumentNullException.ThrowIfNull(data);
        if (trained.Model.Gains is not { } gains)
            return null;
        EncodedHistories test = EncodedHistories.Read(data, trained.Columns.History, trained.Columns.Target, trained.IndexOf);
        int[] popularity = trained.Model.Popularity;
        return BaselineEvaluation.Evaluate(
            new LatestItemsScorer(gains, popularity), test.Items, test.Offsets, test.Targets!, popularity, k ?? _defaultK, RankingProtocol.Parse(protocol, seed));
    }

    /// <summary>The trained model in a chain of transformers.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static SequentialRecommendationTransformer FindModel(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Steps(model).OfType<SequentialRecommendationTransformer>().LastOrDefault()
            ?? throw new ArgumentException("The model holds no sequential recommendation model", nameof(model));
    }

    /// <summary>The re-ranker after the trained model in a chain of transformers; null where there is none.</summary>
    public static RerankingTransformer? FindReranker(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Steps(model).Reverse().TakeWhile(step => step is not SequentialRecommendationTransformer).OfType<RerankingTransformer>().FirstOrDefault();
    }

    internal static ICatalogueScorer FindScorer(ITransformer model)
    {
        SequentialRecommendationTransformer trained = FindModel(model);
        return FindReranker(model) is { } reranker ? reranker.Over(trained) : trained;
    }

    private static IEnumerable<ITransformer> Steps(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];
}
