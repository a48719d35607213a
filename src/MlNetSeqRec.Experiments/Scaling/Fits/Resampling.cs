namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>Intervals by fitting again and again to data as they might have come out otherwise.</summary>
public static class Resampling
{
    /// <summary>
    /// For points that are independent of each other, one for each run: the law's values with the points' own residuals, enlarged by
    /// as much as the fit was drawn to them, each with a random sign (the wild bootstrap; Wu, 1986). Points keep their places, and
    /// need not err alike.
    /// </summary>
    /// <param name="fit">The fit.</param>
    /// <param name="data">What it was fitted to.</param>
    /// <param name="times">How many times.</param>
    /// <param name="seed">The seed of draws.</param>
    /// <param name="options">As for the fit.</param>
    public static LawFit OverPoints(LawFit fit, IReadOnlyList<Observation> data, int times, int seed = 1, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        if (times == 0)
            return fit;
        double[] leverages = Sensitivities.Leverages(fit, data);
        double[] predictions = [.. data.Select(o => fit.Predict(o.X))];
        double[] residuals = [.. data.Select((o, i) => (o.Y - predictions[i]) / Math.Max(0.05, 1 - leverages[i]))];
        return Repeat(fit, times, seed, options, random => [.. data.Select((o, i) => o with { Y = predictions[i] + (random.Next(2) == 0 ? residuals[i] : -residuals[i]) })]);
    }

    /// <summary>
    /// For the points of a curve, whose neighbours err together: the law's values with residuals in runs of neighbours drawn with
    /// repetition (Künsch, 1989). Drawing runs would not do: a frontier of fewer runs is always lower.
    /// </summary>
    /// <inheritdoc cref="OverPoints"/>
    public static LawFit OverBlocks(LawFit fit, IReadOnlyList<Observation> data, int times, int seed = 1, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        if (times == 0)
            return fit;
        double[] residuals = [.. data.Select(o => o.Y - fit.Predict(o.X))];
        int block = Math.Max(1, (int)Math.Ceiling(data.Count / 12.0));
        return Repeat(fit, times, seed, options, random =>
        {
            var drawn = new Observation[data.Count];
            for (int i = 0; i < drawn.Length; i += block)
            {
                int from = random.Next(data.Count - block + 1);
                for (int k = i; k < Math.Min(drawn.Length, i + block); k++)
                    drawn[k] = data[k] with { Y = fit.Predict(data[k].X) + residuals[from + k - i] };
            }

            return drawn;
        });
    }

    private static LawFit Repeat(LawFit fit, int times, int seed, FitOptions? options, Func<Random, IReadOnlyList<Observation>> draw)
    {
        var random = new Random(seed);
        FitOptions from = (options ?? new FitOptions()) with { Starts = [LawFitting.ShapeOf(fit)] };
        IReadOnlyList<double>[] all = [.. Enumerable.Range(0, times).Select(_ => LawFitting.Fit(fit.Law, draw(random), from).Coefficients)];
        LawFit result = fit with
        {
            Resampled = all,
            Intervals = [.. fit.Coefficients.Select((_, i) => Interval.Of([.. all.Select(coefficients => coefficients[i])]))],
        };
        return result with { Doubts = Identifiability.Doubts(result) };
    }
}
