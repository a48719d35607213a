using System.Diagnostics;
using Microsoft.ML;

namespace MlNetSeqRec.Experiments;

/// <summary>A model's figures beside those of simple rules, over the same users and candidates.</summary>
/// <param name="Model">The model's figures.</param>
/// <param name="LatestItems">What its latest items add to scores, without its network; null where they add nothing.</param>
/// <param name="ItemToItem">What most often followed the latest item.</param>
/// <param name="Popularity">What everyone takes.</param>
/// <param name="Seconds">The time that ranking with the model took, in seconds.</param>
public sealed record ModelComparison(
    SequentialRankingMetrics Model, SequentialRankingMetrics? LatestItems, SequentialRankingMetrics ItemToItem, SequentialRankingMetrics Popularity, double Seconds)
{
    /// <summary>Evaluates the model and the rules.</summary>
    /// <param name="recommendation">The catalog of operations.</param>
    /// <param name="model">A trained model, or a chain that has one.</param>
    /// <param name="train">The interactions that the model was trained on, from which the rules learn too.</param>
    /// <param name="held">Histories and targets.</param>
    /// <param name="k">Cut-offs of HR and NDCG.</param>
    /// <param name="protocol">"full" or "sampled:N".</param>
    /// <param name="seed">The seed of draws.</param>
    /// <param name="cancellation">Ends the evaluation early.</param>
    public static ModelComparison Run(
        SequentialRecommendationCatalog recommendation,
        ITransformer model,
        IDataView train,
        IDataView held,
        IReadOnlyList<int> k,
        string protocol = "full",
        int seed = 1,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recommendation);
        var clock = Stopwatch.StartNew();
        SequentialRankingMetrics own = recommendation.Evaluate(model, held, k, protocol, seed, cancellation);
        double seconds = clock.Elapsed.TotalSeconds;
        return new ModelComparison(
            own,
            recommendation.EvaluateLatestItems(model, held, k, protocol, seed),
            recommendation.EvaluateBaseline(SequentialBaseline.ItemToItem, model, train, held, k, protocol, seed),
            recommendation.EvaluateBaseline(SequentialBaseline.Popularity, model, train, held, k, protocol, seed),
            seconds);
    }
}
