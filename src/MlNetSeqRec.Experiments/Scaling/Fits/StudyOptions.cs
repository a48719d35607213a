namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>What <see cref="ScalingStudy"/> does.</summary>
public sealed record StudyOptions
{
    /// <summary>Far points count less.</summary>
    public bool IsRobust { get; init; }

    /// <summary>Each place counts the same, however many points lie near it.</summary>
    public bool IsEven { get; init; }

    /// <summary>Resamplings for intervals; 0 for none.</summary>
    public int Resamplings { get; init; } = 200;

    /// <summary>The seed of resamplings.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The share of runs, those with the most FLOPs, that a fit is tried on without having seen them.</summary>
    public double HeldOutShare { get; init; } = 0.2;

    /// <summary>sigmoid, additive, loss, or null for all.</summary>
    public string? Law { get; init; }
}
