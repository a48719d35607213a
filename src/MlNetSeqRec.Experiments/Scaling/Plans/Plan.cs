namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>What to train for a budget.</summary>
/// <param name="Budget">The budget, in FLOPs or hours.</param>
/// <param name="Unit">flops or hours.</param>
/// <param name="Parameters">Parameters.</param>
/// <param name="Width">Width; null where the runs do not tell theirs.</param>
/// <param name="Layers">Depth; null likewise.</param>
/// <param name="Events">Training events.</param>
/// <param name="Interactions">The same with each user's first event, which is no target: what sizes of samples count.</param>
/// <param name="Epochs">Passes over them.</param>
/// <param name="Predicted">The metric by the additive law.</param>
/// <param name="Interval">A 95 % interval for the metric of such a run.</param>
/// <param name="FrontierPredicts">The metric by the curve over FLOPs; null for a budget in hours.</param>
/// <param name="ParametersExponent">The best parameters grow as this power of the budget.</param>
/// <param name="EventsExponent">The best number of events grows as this power of it.</param>
/// <param name="Off">What it costs to be off.</param>
/// <param name="Extrapolates">In what it goes beyond the runs; empty where it does not.</param>
/// <param name="Notes">What else is to be known.</param>
public sealed record Plan(
    double Budget,
    string Unit,
    double Parameters,
    int? Width,
    int? Layers,
    double Events,
    double Interactions,
    int Epochs,
    double Predicted,
    Interval? Interval,
    double? FrontierPredicts,
    double ParametersExponent,
    double EventsExponent,
    IReadOnlyList<OffPlan> Off,
    IReadOnlyList<string> Extrapolates,
    IReadOnlyList<string> Notes);

/// <summary>A network of another size for the same budget.</summary>
/// <param name="Factor">Its parameters over the plan's.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Events">The events that the budget leaves.</param>
/// <param name="Predicted">The metric by the law.</param>
/// <param name="Loss">How much less than the plan.</param>
public sealed record OffPlan(double Factor, double Parameters, double Events, double Predicted, double Loss);
