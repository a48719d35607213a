namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// A law y = f(x; coefficients). Some coefficients, the shape, enter non-linearly; once they are fixed, the others are those of
/// a linear combination of few functions, which linear least squares finds at once. So only the shape is searched for.
/// </summary>
public abstract class ScalingLaw
{
    /// <summary>A short name: sigmoid, additive or power.</summary>
    public abstract string Name { get; }

    /// <summary>The formula, for people.</summary>
    public abstract string Formula { get; }

    /// <summary>What x is: a name for each of its values.</summary>
    public abstract IReadOnlyList<string> Inputs { get; }

    /// <summary>The names of all coefficients, those that are fixed included.</summary>
    public abstract IReadOnlyList<string> Coefficients { get; }

    /// <summary>Which coefficients, by their place, are fitted.</summary>
    public abstract IReadOnlyList<int> Free { get; }

    /// <summary>The law's value.</summary>
    /// <param name="coefficients">In the order of <see cref="Coefficients"/>.</param>
    /// <param name="x">In the order of <see cref="Inputs"/>.</param>
    public abstract double Evaluate(IReadOnlyList<double> coefficients, IReadOnlyList<double> x);

    /// <summary>The part of the shape that is searched for.</summary>
    internal abstract IReadOnlyList<ShapeParameter> Shape { get; }

    /// <summary>How many functions are combined.</summary>
    internal abstract int BasisCount { get; }

    /// <summary>The functions' values at x.</summary>
    internal abstract void Basis(ReadOnlySpan<double> shape, IReadOnlyList<double> x, Span<double> values);

    /// <summary>What is added to the combination: a fixed coefficient.</summary>
    internal virtual double Offset => 0;

    /// <summary>All coefficients from the shape and the combination.</summary>
    internal abstract double[] ToCoefficients(ReadOnlySpan<double> shape, ReadOnlySpan<double> combination);

    /// <summary>Where the search for the shape begins, several times.</summary>
    internal abstract IEnumerable<double[]> Starts(IReadOnlyList<Observation> data);
}

/// <summary>A coefficient of the shape, and where it may lie.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lower">The least value.</param>
/// <param name="Upper">The greatest value.</param>
internal sealed record ShapeParameter(string Name, double Lower, double Upper);
