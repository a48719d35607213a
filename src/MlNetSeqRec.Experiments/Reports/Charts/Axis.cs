namespace MlNetSeqRec.Experiments.Reports;

/// <summary>Where values of a range lie between two pixels, and which of them are named.</summary>
/// <param name="From">The least value.</param>
/// <param name="To">The greatest value.</param>
/// <param name="FirstPixel">Where the least value lies.</param>
/// <param name="LastPixel">Where the greatest value lies.</param>
/// <param name="IsLogarithmic">Whether equal distances are equal factors.</param>
/// <param name="Step">The distance of named values, where equal distances are equal differences.</param>
internal sealed record Axis(double From, double To, double FirstPixel, double LastPixel, bool IsLogarithmic = false, double Step = 0)
{
    /// <summary>An axis that begins and ends at round values around the values given.</summary>
    /// <param name="values">At least one, finite; above zero where logarithmic.</param>
    /// <param name="firstPixel">Where the least value lies.</param>
    /// <param name="lastPixel">Where the greatest value lies.</param>
    /// <param name="fromZero">Whether it begins at zero, so that lengths can be compared.</param>
    /// <param name="isLogarithmic">Whether equal distances are equal factors.</param>
    public static Axis Around(IReadOnlyList<double> values, double firstPixel, double lastPixel, bool fromZero = false, bool isLogarithmic = false)
    {
        double least = values.Min(), greatest = values.Max();
        if (isLogarithmic)
            return new Axis(Math.Pow(10, Math.Floor(Math.Log10(least))), Math.Pow(10, Math.Max(Math.Ceiling(Math.Log10(greatest)), Math.Floor(Math.Log10(least)) + 1)), firstPixel, lastPixel, true);
        if (fromZero)
            least = 0;
        if (greatest <= least)
            greatest = least + (least == 0 ? 1 : Math.Abs(least) * 0.1);
        double step = RoundStep(greatest - least);
        return new Axis(Math.Floor(least / step) * step, Math.Ceiling((greatest / step) - 1e-9) * step, firstPixel, lastPixel, Step: step);
    }

    /// <summary>The pixel of a value.</summary>
    public double At(double value)
    {
        double share = IsLogarithmic ? Math.Log(value / From) / Math.Log(To / From) : (value - From) / (To - From);
        return FirstPixel + (share * (LastPixel - FirstPixel));
    }

    /// <summary>Round values, ascending.</summary>
    public IEnumerable<double> Ticks()
    {
        if (IsLogarithmic)
        {
            for (double tick = From; tick <= To * 1.0001; tick *= 10)
                yield return tick;
            yield break;
        }

        for (double i = Math.Ceiling((From / Step) - 1e-9); i * Step <= To + (Step * 1e-9); i++)
            yield return i * Step;
    }

    /// <summary>1, 2 or 5 times a power of ten, of which three to eight make up the range.</summary>
    public static double RoundStep(double range)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(range / 4)));
        double steps = range / 4 / power;
        return power * (steps < 1.6 ? 1 : steps < 4 ? 2 : steps < 8 ? 5 : 10);
    }
}
