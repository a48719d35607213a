namespace MlNetSeqRec.Experiments;

/// <summary>What an experiment found.</summary>
public sealed record SequentialExperimentResult
{
    /// <summary>The finished run with the best figure. It may be a rule, whose Model is null: then the rule ranks better than what could be trained.</summary>
    public required SequentialRunDetail BestRun { get; init; }

    /// <summary>The finished run with a model that has the best figure; null where no training was possible in the time.</summary>
    public required SequentialRunDetail? BestModelRun { get; init; }

    /// <summary>All runs: finished ones by their figure, then those that were stopped, not tried, or failed.</summary>
    public required IReadOnlyList<SequentialRunDetail> RunDetails { get; init; }

    /// <summary>What decided.</summary>
    public required SequentialMetric OptimizingMetric { get; init; }

    /// <summary>What is worth knowing of data and runs, one line each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Seconds that the experiment took, in all its parts where it was interrupted.</summary>
    public required double Seconds { get; init; }
}
