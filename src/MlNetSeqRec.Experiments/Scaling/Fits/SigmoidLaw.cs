namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>SRT's first estimator: metric = a / (1 + e^(−b (ln F − c))) − d over the training FLOPs F.</summary>
public sealed class SigmoidLaw : ScalingLaw
{
    private readonly double? _b;

    /// <param name="b">The steepness where it is fixed; null to fit it.</param>
    public SigmoidLaw(double? b = null) => _b = b;

    /// <inheritdoc/>
    public override string Name => "sigmoid";

    /// <inheritdoc/>
    public override string Formula => "a/(1+exp(-b(ln F - c))) - d";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Inputs => ["lnFlops"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Coefficients => ["a", "b", "c", "d"];

    /// <inheritdoc/>
    public override IReadOnlyList<int> Free => _b is null ? [0, 1, 2, 3] : [0, 2, 3];

    /// <inheritdoc/>
    public override double Evaluate(IReadOnlyList<double> coefficients, IReadOnlyList<double> x)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(x);
        return (coefficients[0] * Rise(coefficients[1], coefficients[2], x[0])) - coefficients[3];
    }

    internal override IReadOnlyList<ShapeParameter> Shape
    {
        get
        {
            var c = new ShapeParameter("c", 0, 80);
            return _b is null ? [new ShapeParameter("b", 0.01, 10), c] : [c];
        }
    }

    internal override int BasisCount => 2;

    internal override void Basis(ReadOnlySpan<double> shape, IReadOnlyList<double> x, Span<double> values)
    {
        values[0] = Rise(_b ?? shape[0], shape[^1], x[0]);
        values[1] = -1;
    }

    internal override double[] ToCoefficients(ReadOnlySpan<double> shape, ReadOnlySpan<double> combination) =>
        [combination[0], _b ?? shape[0], shape[^1], combination[1]];

    internal override IEnumerable<double[]> Starts(IReadOnlyList<Observation> data)
    {
        double least = data.Min(o => o.X[0]), greatest = data.Max(o => o.X[0]), range = Math.Max(1e-3, greatest - least);
        foreach (double b in _b is null ? [2 / range, 4 / range, 8 / range] : new[] { 0.0 })
        {
            foreach (double share in new[] { 0.0, 0.4, 0.8 })
            {
                double c = least + (share * range);
                yield return _b is null ? [b, c] : [c];
            }
        }
    }

    private static double Rise(double b, double c, double lnFlops) => 1 / (1 + Math.Exp(-b * (lnFlops - c)));
}
