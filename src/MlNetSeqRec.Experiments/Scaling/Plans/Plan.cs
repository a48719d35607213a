namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>What to train for a budget.</summary>
public sealed record Plan
{
    /// <summary>The budget, in FLOPs or hours.</summary>
    public required double Budget { get; init; }

    /// <summary>flops or hours.</summary>
    public required string Unit { get; init; }

    /// <summary>Parameters.</summary>
    public required double Parameters { get; init; }

    /// <summary>Width; null where the runs do not tell theirs, and for a budget in hours.</summary>
    public int? Width { get; init; }

    /// <summary>Depth; null likewise.</summary>
    public int? Layers { get; init; }

    /// <summary>Training events.</summary>
    public required double Events { get; init; }

    /// <summary>The same with each user's first event, which is no target: what sizes of samples count.</summary>
    public required double Interactions { get; init; }

    /// <summary>Passes over them.</summary>
    public required int Epochs { get; init; }

    /// <summary>The metric by the additive law.</summary>
    public required double Predicted { get; init; }

    /// <summary>A 95 % interval for the metric of such a run; null without resamplings.</summary>
    public required Interval? Interval { get; init; }

    /// <summary>The metric by the curve over FLOPs; null for a budget in hours.</summary>
    public required double? FrontierPredicts { get; init; }

    /// <summary>The best parameters grow as this power of the budget.</summary>
    public required double ParametersExponent { get; init; }

    /// <summary>The best number of events grows as this power of it.</summary>
    public required double EventsExponent { get; init; }

    /// <summary>What it costs to be off.</summary>
    public IReadOnlyList<OffPlan> Off { get; init; } = [];

    /// <summary>In what it goes beyond the runs; empty where it does not.</summary>
    public IReadOnlyList<string> Extrapolates { get; init; } = [];

    /// <summary>What else is to be known.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A network of another size for the same budget.</summary>
/// <param name="Factor">Its size over the plan's.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Events">The events that the budget leaves.</param>
/// <param name="Predicted">The metric by the law.</param>
/// <param name="Loss">How much less than the plan.</param>
public sealed record OffPlan(double Factor, double Parameters, double Events, double Predicted, double Loss);
