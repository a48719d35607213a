using Microsoft.ML;

namespace MlNetSeqRec.Experiments.Reports;

/// <summary>What a data set looks like: how many, how long, how popular, when.</summary>
public sealed record DataProfile
{
    /// <summary>Users with at least one event.</summary>
    public required int Users { get; init; }

    /// <summary>Items with at least one event.</summary>
    public required int Items { get; init; }

    /// <summary>Events.</summary>
    public required long Events { get; init; }

    /// <summary>The median number of events of a user.</summary>
    public required double MedianLength { get; init; }

    /// <summary>The greatest number of events of a user.</summary>
    public required int LongestLength { get; init; }

    /// <summary>Users by their number of events; each user is in one bin, and empty bins are there too.</summary>
    public required IReadOnlyList<ProfileBin> Lengths { get; init; }

    /// <summary>Events of items by their rank from the most popular, at ranks that are about evenly spaced on a logarithmic axis.</summary>
    public required IReadOnlyList<PopularityPoint> Popularity { get; init; }

    /// <summary>The share of all events that are of the most popular 1 % of items (at least one item).</summary>
    public required double TopShare { get; init; }

    /// <summary>The share of items with fewer than five events.</summary>
    public required double RareShare { get; init; }

    /// <summary>Events by month, quarter or year; empty where the data has no dates.</summary>
    public IReadOnlyList<ProfileBin> Times { get; init; } = [];

    /// <summary>The day of the first event; null where the data has no dates.</summary>
    public DateOnly? First { get; init; }

    /// <summary>The day of the last event; null where the data has no dates.</summary>
    public DateOnly? Last { get; init; }

    /// <summary>Reads interactions and counts.</summary>
    /// <param name="interactions">One row for each event.</param>
    /// <param name="userColumn">The user: text, a key or a whole number.</param>
    /// <param name="itemColumn">The item: text, a key or a whole number.</param>
    /// <param name="timeColumn">The time: a date, or a number of seconds or milliseconds since 1970; null where there is none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">There are no interactions.</exception>
    public static DataProfile Of(IDataView interactions, string userColumn = "UserId", string itemColumn = "ItemId", string? timeColumn = "Timestamp")
    {
        ArgumentNullException.ThrowIfNull(interactions);
        return ProfileCounting.Count(interactions, userColumn, itemColumn, timeColumn);
    }
}
