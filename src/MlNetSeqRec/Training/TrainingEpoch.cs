namespace MlNetSeqRec;

/// <summary>One epoch of a training.</summary>
public sealed record TrainingEpoch
{
    /// <summary>Its number, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Mean loss, in nats per target.</summary>
    public required double Loss { get; init; }

    /// <summary>NDCG@10 on the validation data among items that the user has not had; null without validation data.</summary>
    public double? ValidationNdcg { get; init; }

    /// <summary>The figures of each domain, of which <see cref="ValidationNdcg"/> is the mean; null for a single domain.</summary>
    public IReadOnlyDictionary<string, double>? DomainNdcg { get; init; }

    /// <summary>What was computed.</summary>
    public TrainingWork Work { get; init; } = new();

    /// <summary>Seconds of training, validation not included.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>Seconds of validation.</summary>
    public double ValidationSeconds { get; init; }

    /// <summary>Seconds from the start of the training to the end of this epoch.</summary>
    public double Seconds { get; init; }
}
