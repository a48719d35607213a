using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Cli;

/// <summary>What the scaling verbs print with --json.</summary>
internal static class ScalingJson
{
    public static object Study(ScalingStudy study) => new
    {
        runs = study.Runs.Count,
        corpus = study.Runs[0].Corpus,
        metric = study.Runs[0].Metric,
        flopsCount = study.Runs[0].FlopsCount,
        fits = study.Fits.Select(Fit),
        study.Notes,
    };

    private static object Fit(NamedFit named)
    {
        LawFit fit = named.Fit;
        return new
        {
            named.Name,
            law = fit.Law.Name,
            fit.Law.Formula,
            parameters = ByName(fit, fit.Coefficients),
            fit.Sse,
            fit.R2,
            fit.N,
            identifiable = named.IsFitted && fit.IsIdentifiable,
            fitted = named.IsFitted,
            fit.Rmse,
            fit.MaxError,
            fit.Bias,
            warnings = named.IsFitted ? fit.Doubts : ["the coefficients were given, not fitted"],
            intervals = fit.Intervals.Count == 0 ? null : ByName(fit, [.. fit.Intervals.Select(Pair)]),
            heldOut = named.HeldOut is { } test ? new { test.N, test.Sse, test.R2, test.Rmse, test.Bias, test.MaxError } : null,
            predictions = named.Places.Select(place =>
            {
                Dictionary<string, object?> row = fit.Law.Inputs.Zip(place).ToDictionary(pair => pair.First, pair => (object?)pair.Second);
                row["value"] = fit.Predict(place);
                row["interval"] = fit.PredictInterval(place) is { } interval ? Pair(interval) : null;
                return row;
            }),
        };
    }

    public static double[] Pair(Interval interval) => [interval.Lower, interval.Upper];

    private static Dictionary<string, T> ByName<T>(LawFit fit, IReadOnlyList<T> values) =>
        fit.Law.Coefficients.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
}
