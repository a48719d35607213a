namespace MlNetSeqRec.Experiments;

/// <summary>Automated evaluation: <c>rec.CreateExperiment(…).Execute(train, validation)</c>.</summary>
public static class SequentialExperimentExtensions
{
    /// <summary>An experiment that looks for the best model within a time.</summary>
    /// <param name="recommendation">The catalog of operations.</param>
    /// <param name="maxExperimentTimeInSeconds">Most seconds.</param>
    public static SequentialExperiment CreateExperiment(this SequentialRecommendationCatalog recommendation, uint maxExperimentTimeInSeconds) =>
        recommendation.CreateExperiment(new SequentialExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>An experiment that looks for the best model within a time.</summary>
    /// <param name="recommendation">The catalog of operations.</param>
    /// <param name="settings">Time, metric, items, where to keep what was done.</param>
    public static SequentialExperiment CreateExperiment(this SequentialRecommendationCatalog recommendation, SequentialExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(recommendation);
        ArgumentNullException.ThrowIfNull(settings);
        return new SequentialExperiment(recommendation, settings);
    }
}
