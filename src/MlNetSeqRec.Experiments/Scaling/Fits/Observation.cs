namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>One point that a law is fitted to.</summary>
/// <param name="X">What the law depends on: ln FLOPs, or parameters and events, as the law says.</param>
/// <param name="Y">The metric or the loss.</param>
/// <param name="Weight">How much its squared residual counts, above 0.</param>
public sealed record Observation(IReadOnlyList<double> X, double Y, double Weight = 1);
