namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>One of the fits of a study.</summary>
/// <param name="Name">Its name in the study.</param>
/// <param name="Fit">The fit.</param>
public sealed record NamedFit(string Name, LawFit Fit)
{
    /// <summary>How it does on points that it was not fitted to; null where none were held out.</summary>
    public LawFit? HeldOut { get; init; }

    /// <summary>False where the coefficients were given (as the paper's), not fitted.</summary>
    public bool IsFitted { get; init; } = true;

    /// <summary>Places at which its predictions are told.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Places { get; init; } = [];
}
