using System.Globalization;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Experiments.Reports;

/// <summary>How many events there were in each month, and in longer stretches where there are many months.</summary>
internal sealed class EventMonths
{
    private const int MostBins = 40;
    private const long Earliest = 315_532_800; // 1980: smaller numbers are positions rather than seconds
    private const long Latest = 4_102_444_800; // 2100

    private readonly Func<long, DateTime> _dateOf;
    private readonly int _first;
    private readonly long[] _counts;

    private EventMonths(long first, long last, Func<long, DateTime> dateOf)
    {
        _dateOf = dateOf;
        (First, Last) = (DateOnly.FromDateTime(dateOf(first)), DateOnly.FromDateTime(dateOf(last)));
        _first = Month(dateOf(first));
        _counts = new long[Month(dateOf(last)) - _first + 1];
    }

    public DateOnly First { get; }

    public DateOnly Last { get; }

    /// <summary>Months between two times as they were read; null where these are no dates.</summary>
    /// <param name="first">The least: ticks of a date, or a number.</param>
    /// <param name="last">The greatest.</param>
    /// <param name="type">The column's type.</param>
    public static EventMonths? Between(long first, long last, DataViewType type)
    {
        if (type is DateTimeDataViewType or DateTimeOffsetDataViewType)
            return new EventMonths(first, last, ticks => new DateTime(ticks));
        if (type.RawType == typeof(float) || type.RawType == typeof(double))
            return null; // read so that they sort, not as what they are
        if (first >= Earliest && last < Latest)
            return new EventMonths(first, last, seconds => DateTime.UnixEpoch.AddSeconds(seconds));
        return first >= Earliest * 1000 && last < Latest * 1000 ? new EventMonths(first, last, milliseconds => DateTime.UnixEpoch.AddMilliseconds(milliseconds)) : null;
    }

    public void Add(ReadOnlySpan<long> times)
    {
        foreach (long time in times)
            _counts[Month(_dateOf(time)) - _first]++;
    }

    /// <summary>Events by month, or by quarter or year where there would be too many months; stretches without events are there too.</summary>
    public IReadOnlyList<ProfileBin> Bins()
    {
        int months = _counts.Length <= MostBins ? 1 : _counts.Length / 3 < MostBins ? 3 : 12;
        return
        [
            .. _counts.Index()
                .GroupBy(month => (_first + month.Index) / months)
                .Select(bin => new ProfileBin(Label(bin.Key, months), bin.Sum(month => month.Item))),
        ];
    }

    private static int Month(DateTime date) => (date.Year * 12) + date.Month - 1;

    private static string Label(int bin, int months) => months switch
    {
        1 => string.Create(CultureInfo.InvariantCulture, $"{bin / 12}-{(bin % 12) + 1:00}"),
        3 => string.Create(CultureInfo.InvariantCulture, $"{bin / 4} Q{(bin % 4) + 1}"),
        _ => bin.ToString(CultureInfo.InvariantCulture),
    };
}
