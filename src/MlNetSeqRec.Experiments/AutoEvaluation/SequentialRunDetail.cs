using Microsoft.ML;

namespace MlNetSeqRec.Experiments;

/// <summary>One run of an experiment: a simple rule, or a trained candidate.</summary>
public sealed record SequentialRunDetail
{
    /// <summary>The candidate, or the rule.</summary>
    public required string TrainerName { get; init; }

    /// <summary>How far it came.</summary>
    public required SequentialRunStatus Status { get; init; }

    /// <summary>Whether it is a simple rule, which needs no training and is no model.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>
    /// The figure that decides, on the validation data; null for runs that are not finished. Where trees re-rank a model, which learn
    /// from two thirds of the validation users, it is the model's figure and what they add to it on the other third.
    /// </summary>
    public double? Figure { get; init; }

    /// <summary>Figures on the validation data, of a re-ranked model on a third of its users; null for runs that are not finished.</summary>
    public SequentialRankingMetrics? ValidationMetrics { get; init; }

    /// <summary>Figures on the test data, where it was given and there was time for it; for the rules, the best run and the best model.</summary>
    public SequentialRankingMetrics? TestMetrics { get; init; }

    /// <summary>The chain of histories and model: fit to be saved and loaded like any; null for rules and runs that are not finished.</summary>
    public ITransformer? Model { get; init; }

    /// <summary>The best NDCG@10 among unseen items after any epoch, without what transitions add; null where there was no epoch.</summary>
    public double? BestEpochNdcg { get; init; }

    /// <summary>The epochs that were trained.</summary>
    public IReadOnlyList<TrainingEpoch> Epochs { get; init; } = [];

    /// <summary>Seconds that the experiment spent on it.</summary>
    public double RuntimeInSeconds { get; init; }

    /// <summary>Why it failed.</summary>
    public Exception? Exception { get; init; }
}
