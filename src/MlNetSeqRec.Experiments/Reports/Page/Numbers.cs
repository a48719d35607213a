using System.Globalization;

namespace MlNetSeqRec.Experiments.Reports;

/// <summary>Numbers as people read them.</summary>
internal static class Numbers
{
    /// <summary>A metric, 0 to 1.</summary>
    public static string Metric(double value) => double.IsFinite(value) ? value.ToString("f4", CultureInfo.InvariantCulture) : "–";

    public static string Whole(double value) => value.ToString("n0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (100 * share).ToString(share is > 0 and < 0.1 ? "0.0" : "0", CultureInfo.InvariantCulture) + "\u00a0%";

    /// <summary>Seconds as seconds, minutes or hours.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 10 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 120 => seconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        < 7200 => (seconds / 60).ToString("0.0", CultureInfo.InvariantCulture) + " min",
        _ => (seconds / 3600).ToString("0.0", CultureInfo.InvariantCulture) + " h",
    };

    /// <summary>A number on an axis, or of many digits: 1.5k, 20M.</summary>
    public static string Short(double value)
    {
        (double unit, string name) = Math.Abs(value) switch { >= 1e9 => (1e9, "G"), >= 1e6 => (1e6, "M"), >= 1e3 => (1e3, "k"), _ => (1, string.Empty) };
        return (value / unit).ToString(unit == 1 ? "0.######;-0.######;0" : "0.##", CultureInfo.InvariantCulture) + name;
    }
}
