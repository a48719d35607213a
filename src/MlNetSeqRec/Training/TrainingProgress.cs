namespace MlNetSeqRec;

/// <summary>Where a training stands.</summary>
public sealed record TrainingProgress
{
    /// <summary>The current epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The network that is trained, from 1, of a model with several.</summary>
    public int Member { get; init; } = 1;

    /// <summary>Networks of the model.</summary>
    public int Members { get; init; } = 1;

    /// <summary>Epochs that were asked for.</summary>
    public required int Epochs { get; init; }

    /// <summary>How much of the whole training is done, 0 to 1, by epochs or by the time limit, whichever is further.</summary>
    public required double Fraction { get; init; }

    /// <summary>Mean training loss of the epoch so far, in nats per target.</summary>
    public required double Loss { get; init; }

    /// <summary>NDCG@10 on the validation data; set on the last report of an epoch.</summary>
    public double? ValidationNdcg { get; init; }

    /// <summary>The epoch that has just ended; set on its last report.</summary>
    public TrainingEpoch? Completed { get; init; }

    /// <summary>The figures of each domain, of which <see cref="ValidationNdcg"/> is the mean; null for a single domain.</summary>
    public IReadOnlyDictionary<string, double>? DomainNdcg { get; init; }

    /// <summary>The best validation NDCG@10 so far.</summary>
    public double? BestNdcg { get; init; }

    /// <summary>Targets trained per second in this epoch.</summary>
    public required double TargetsPerSecond { get; init; }

    /// <summary>Time since the start.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The time that the rest will take if nothing stops it early.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>Something that happened and is worth knowing, such as passes made smaller because memory ran out; said once.</summary>
    public string? Note { get; init; }
}
