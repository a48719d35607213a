namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>What is planned for.</summary>
public sealed record PlanOptions
{
    /// <summary>The budget: FLOPs as the runs count them, or hours.</summary>
    public required double Budget { get; init; }

    /// <summary>Whether the budget is hours on the device that the runs were made on.</summary>
    public bool IsHours { get; init; }

    /// <summary>Passes over the data; null to tell from the runs.</summary>
    public int? Epochs { get; init; }

    /// <summary>The most training events that there are; null for those of the runs' largest data.</summary>
    public double? MostEvents { get; init; }

    /// <summary>Whether a plan may go beyond what the runs cover.</summary>
    public bool MayExtrapolate { get; init; }

    /// <summary>Resamplings for the interval.</summary>
    public int Resamplings { get; init; } = 200;

    /// <summary>The seed of resamplings.</summary>
    public int Seed { get; init; } = 1;
}
