namespace MlNetSeqRec.Data;

/// <summary>What <see cref="DataPreparation"/> reads, keeps and writes.</summary>
public sealed class PreparationOptions
{
    /// <summary>
    /// Review files, gzip or plain; the last part of a path may be a pattern (<c>*</c>, <c>?</c>). Their order is that of equal
    /// times: the first file's events come first.
    /// </summary>
    public required IReadOnlyList<string> Reviews { get; init; }

    /// <summary>Item files. None: no item has a text, and no review is dropped for want of one.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>The folder to write to; made where it does not exist.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>The layout of all files. Default: told from their content.</summary>
    public ReviewFormat Format { get; init; } = ReviewFormat.Auto;

    /// <summary>Users with fewer events are dropped, counted after events without item text are. Default 5.</summary>
    public int MinUserEvents { get; init; } = 5;

    /// <summary>
    /// Items with fewer events are dropped, and users again, until both minimums hold (a k-core). Default 0: items are kept.
    /// </summary>
    public int MinItemEvents { get; init; }

    /// <summary>
    /// About how many interactions to keep, by keeping whole users: those first in the order of MD5(seed:user) until the number is
    /// reached. So a smaller sample is part of a larger one, on every machine. Null: all.
    /// </summary>
    public long? SampleInteractions { get; init; }

    /// <summary>Which users a sample has.</summary>
    public int Seed { get; init; }

    /// <summary>Threads that DuckDB uses. Null: one a core. The files written do not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>Memory that DuckDB may use before it spills to disk, such as <c>4GB</c>. Null: 80 % of the machine's.</summary>
    public string? MemoryLimit { get; init; }
}
