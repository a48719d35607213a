namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>SRT's second estimator: metric = E − A / N^α − B / T^β over the parameters N and the training events T.</summary>
public sealed class AdditiveLaw : ScalingLaw
{
    // Sizes are counted in millions while fitting, or A and B, which are reported for N = T = 1, would dwarf everything.
    private const double Unit = 1e6;

    private readonly double? _e;
    private readonly double? _alpha;
    private readonly double? _beta;
    private readonly double _leastExponent;

    /// <param name="e">The limit E where it is fixed; null to fit it.</param>
    /// <param name="alpha">The exponent of the parameters where it is fixed; null to fit it.</param>
    /// <param name="beta">The exponent of the events where it is fixed; null to fit it.</param>
    /// <param name="leastExponent">The least exponent: towards 0 a power becomes a logarithm, and E has no bound.</param>
    public AdditiveLaw(double? e = null, double? alpha = null, double? beta = null, double leastExponent = 0.02)
    {
        if ((alpha is null) != (beta is null))
            throw new ArgumentException("Both exponents are fixed, or none");
        (_e, _alpha, _beta, _leastExponent) = (e, alpha, beta, leastExponent);
    }

    /// <inheritdoc/>
    public override string Name => "additive";

    /// <inheritdoc/>
    public override string Formula => "E - A/N^alpha - B/T^beta";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Inputs => ["parameters", "events"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Coefficients => ["E", "A", "alpha", "B", "beta"];

    /// <inheritdoc/>
    public override IReadOnlyList<int> Free => [.. _e is null ? [0] : Array.Empty<int>(), 1, .. _alpha is null ? [2] : Array.Empty<int>(), 3, .. _beta is null ? [4] : Array.Empty<int>()];

    /// <inheritdoc/>
    public override double Evaluate(IReadOnlyList<double> coefficients, IReadOnlyList<double> x)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(x);
        return coefficients[0] - (coefficients[1] * Math.Pow(x[0], -coefficients[2])) - (coefficients[3] * Math.Pow(x[1], -coefficients[4]));
    }

    internal override IReadOnlyList<ShapeParameter> Shape =>
        _alpha is null ? [new ShapeParameter("alpha", _leastExponent, 4), new ShapeParameter("beta", _leastExponent, 4)] : [];

    internal override int BasisCount => _e is null ? 3 : 2;

    internal override double Offset => _e ?? 0;

    internal override void Basis(ReadOnlySpan<double> shape, IReadOnlyList<double> x, Span<double> values)
    {
        (double alpha, double beta) = Exponents(shape);
        values[0] = -Math.Pow(x[0] / Unit, -alpha);
        values[1] = -Math.Pow(x[1] / Unit, -beta);
        if (_e is null)
            values[2] = 1;
    }

    internal override double[] ToCoefficients(ReadOnlySpan<double> shape, ReadOnlySpan<double> combination)
    {
        (double alpha, double beta) = Exponents(shape);
        return [_e ?? combination[2], combination[0] * Math.Pow(Unit, alpha), alpha, combination[1] * Math.Pow(Unit, beta), beta];
    }

    internal override IEnumerable<double[]> Starts(IReadOnlyList<Observation> data) => _alpha is null ? [[0.3, 0.1], [0.3, 0.5], [1, 0.1], [1, 0.5]] : [[]];

    private (double Alpha, double Beta) Exponents(ReadOnlySpan<double> shape) => _alpha is null ? (shape[0], shape[1]) : (_alpha.Value, _beta!.Value);
}
