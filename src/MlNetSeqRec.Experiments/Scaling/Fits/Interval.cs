namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>A 95 % interval.</summary>
/// <param name="Lower">Its lower end.</param>
/// <param name="Upper">Its upper end.</param>
public sealed record Interval(double Lower, double Upper)
{
    /// <summary>The middle 95 % of some values.</summary>
    public static Interval Of(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Interval(Quantile(sorted, 0.025), Quantile(sorted, 0.975));
    }

    /// <summary>Whether a value lies inside.</summary>
    public bool Contains(double value) => value >= Lower && value <= Upper;

    private static double Quantile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below]));
    }
}
