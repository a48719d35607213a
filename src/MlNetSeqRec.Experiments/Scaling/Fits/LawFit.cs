namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>A law with its coefficients, and how well it agrees with the data.</summary>
public sealed record LawFit
{
    /// <summary>The law.</summary>
    public required ScalingLaw Law { get; init; }

    /// <summary>Its coefficients, in the order of <see cref="ScalingLaw.Coefficients"/>.</summary>
    public required IReadOnlyList<double> Coefficients { get; init; }

    /// <summary>The weighted sum of squared residuals.</summary>
    public required double Sse { get; init; }

    /// <summary>The share of the (weighted) variance that it explains.</summary>
    public required double R2 { get; init; }

    /// <summary>The mean residual, data minus law.</summary>
    public required double Bias { get; init; }

    /// <summary>The largest absolute residual.</summary>
    public required double MaxError { get; init; }

    /// <summary>Points.</summary>
    public required int N { get; init; }

    /// <summary>Whether the data fix the coefficients, and not only the predictions.</summary>
    public bool IsIdentifiable => Doubts.Count == 0;

    /// <summary>Why they do not.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>95 % intervals of the coefficients by resampling; empty where none were made.</summary>
    public IReadOnlyList<Interval> Intervals { get; init; } = [];

    /// <summary>The coefficients of each resampling; empty where none were made.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Resampled { get; init; } = [];

    /// <summary>The root of the mean squared residual.</summary>
    public double Rmse => Math.Sqrt(Sse / N);

    /// <summary>What the law says at x.</summary>
    public double Predict(params IReadOnlyList<double> x) => Law.Evaluate(Coefficients, x);

    /// <summary>The 95 % interval of what the law says at x, by resampling; null where none was made.</summary>
    public Interval? PredictInterval(params IReadOnlyList<double> x) =>
        Resampled.Count == 0 ? null : Interval.Of([.. Resampled.Select(coefficients => Law.Evaluate(coefficients, x))]);

    /// <summary>A law with given coefficients, compared with data.</summary>
    public static LawFit Compare(ScalingLaw law, IReadOnlyList<double> coefficients, IReadOnlyList<Observation> data)
    {
        ArgumentNullException.ThrowIfNull(law);
        double weights = data.Sum(o => o.Weight);
        double mean = data.Sum(o => o.Weight * o.Y) / weights;
        double total = data.Sum(o => o.Weight * (o.Y - mean) * (o.Y - mean));
        double[] residuals = [.. data.Select(o => o.Y - law.Evaluate(coefficients, o.X))];
        double sse = data.Zip(residuals, (o, r) => o.Weight * r * r).Sum();
        return new LawFit
        {
            Law = law,
            Coefficients = coefficients,
            Sse = sse,
            R2 = total > 0 ? 1 - (sse / total) : 0,
            Bias = residuals.Average(),
            MaxError = residuals.Max(Math.Abs),
            N = data.Count,
        };
    }
}
