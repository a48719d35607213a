namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>A power law of the loss: loss = L + A / x^α over FLOPs, parameters or events.</summary>
public sealed class PowerLaw : ScalingLaw
{
    private readonly string _input;
    private readonly double? _floor;

    /// <param name="input">What x is.</param>
    /// <param name="floor">The loss that is left for an endless x, where it is fixed; null to fit it.</param>
    public PowerLaw(string input, double? floor = null) => (_input, _floor) = (input, floor);

    /// <inheritdoc/>
    public override string Name => "power";

    /// <inheritdoc/>
    public override string Formula => "L + A/x^alpha";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Inputs => [_input];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Coefficients => ["L", "A", "alpha"];

    /// <inheritdoc/>
    public override IReadOnlyList<int> Free => _floor is null ? [0, 1, 2] : [1, 2];

    /// <inheritdoc/>
    public override double Evaluate(IReadOnlyList<double> coefficients, IReadOnlyList<double> x)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(x);
        return coefficients[0] + (coefficients[1] * Math.Pow(x[0], -coefficients[2]));
    }

    internal override IReadOnlyList<ShapeParameter> Shape => [new ShapeParameter("alpha", 0.001, 4)];

    internal override int BasisCount => _floor is null ? 2 : 1;

    internal override double Offset => _floor ?? 0;

    internal override void Basis(ReadOnlySpan<double> shape, IReadOnlyList<double> x, Span<double> values)
    {
        values[0] = Math.Pow(x[0] / Unit(), -shape[0]);
        if (_floor is null)
            values[1] = 1;
    }

    internal override double[] ToCoefficients(ReadOnlySpan<double> shape, ReadOnlySpan<double> combination) =>
        [_floor ?? combination[1], combination[0] * Math.Pow(Unit(), shape[0]), shape[0]];

    internal override IEnumerable<double[]> Starts(IReadOnlyList<Observation> data) => [[0.05], [0.3], [1.0]];

    // FLOPs are large, and their powers would vanish.
    private double Unit() => _input == "flops" ? 1e14 : 1e6;
}
