namespace MlNetSeqRec;

/// <summary>An interval that holds the true value with 95 % confidence.</summary>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
public readonly record struct ConfidenceInterval(double Lower, double Upper);
