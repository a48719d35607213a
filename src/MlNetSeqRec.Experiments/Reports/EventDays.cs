using System.Globalization;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Experiments.Reports;

/// <summary>The days of events, and how many events there were in each stretch of time.</summary>
internal static class EventDays
{
    private const int MostBins = 40;
    private const long Earliest = 315_532_800; // 1980: smaller numbers are positions rather than seconds
    private const long Latest = 4_102_444_800; // 2100

    /// <summary>The days of times as they were read; null where these are no dates.</summary>
    /// <param name="times">Ticks of dates, or numbers.</param>
    /// <param name="type">The column's type.</param>
    public static DateOnly[]? From(IReadOnlyList<long> times, DataViewType type)
    {
        if (type is DateTimeDataViewType or DateTimeOffsetDataViewType)
            return [.. times.Select(ticks => DateOnly.FromDateTime(new DateTime(ticks)))];
        if (type.RawType == typeof(float) || type.RawType == typeof(double))
            return null; // read so that they sort, not as what they are
        (long first, long last) = (times.Min(), times.Max());
        long unit = first >= Earliest && last < Latest ? 1 : first >= Earliest * 1000 && last < Latest * 1000 ? 1000 : 0;
        return unit == 0 ? null : [.. times.Select(time => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(time / unit).UtcDateTime))];
    }

    /// <summary>Events by month, or by quarter or year where there would be too many months; stretches without events are there too.</summary>
    public static IReadOnlyList<ProfileBin> Bins(IReadOnlyList<DateOnly> days)
    {
        int first = Month(days.Min()), last = Month(days.Max());
        int months = last - first < MostBins ? 1 : (last - first) / 3 < MostBins ? 3 : 12;
        long[] counts = new long[(last / months) - (first / months) + 1];
        foreach (DateOnly day in days)
            counts[(Month(day) / months) - (first / months)]++;
        return [.. counts.Select((count, i) => new ProfileBin(Label(i + (first / months), months), count))];
    }

    private static int Month(DateOnly day) => (day.Year * 12) + day.Month - 1;

    private static string Label(int bin, int months) => months switch
    {
        1 => string.Create(CultureInfo.InvariantCulture, $"{bin / 12}-{(bin % 12) + 1:00}"),
        3 => string.Create(CultureInfo.InvariantCulture, $"{bin / 4} Q{(bin % 4) + 1}"),
        _ => bin.ToString(CultureInfo.InvariantCulture),
    };
}
