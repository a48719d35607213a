namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>How a law is fitted.</summary>
public sealed record FitOptions
{
    /// <summary>Whether far points count less (Huber's weights, 1.345 robust standard deviations), so that a failed run bends nothing.</summary>
    public bool IsRobust { get; init; }

    /// <summary>Shapes to begin the search at besides the law's own.</summary>
    internal IReadOnlyList<double[]>? Starts { get; init; }
}
