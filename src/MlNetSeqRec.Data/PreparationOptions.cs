namespace MlNetSeqRec.Data;

/// <summary>What <see cref="DataPreparation"/> reads, keeps and writes.</summary>
public sealed record PreparationOptions
{
    /// <summary>
    /// Review files, gzip or plain; any part of a path may be a pattern (<c>*</c>, <c>?</c>); folders of Parquet files. Their order is
    /// that of equal times: the first file's events come first.
    /// </summary>
    public required IReadOnlyList<string> Reviews { get; init; }

    /// <summary>Item files. None: no item has a text, and no review is dropped for want of one.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>The folder to write to; made where it does not exist.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>The layout of all files. Default: told from their content.</summary>
    public ReviewFormat Format { get; init; } = ReviewFormat.Auto;

    /// <summary>What Parquet files call their columns.</summary>
    public SourceColumns Columns { get; init; } = new();

    /// <summary>
    /// Conditions on the <c>column=value</c> in the paths of review files, such as <c>day>=2026-01-01</c>; files beyond them are not
    /// opened. Default: none.
    /// </summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];

    /// <summary>Users with fewer events are dropped, counted after events without item text are. Default 5.</summary>
    public int MinUserEvents { get; init; } = 5;

    /// <summary>
    /// Items with fewer events are dropped, and users again, until both minimums hold (a k-core). Default 0: items are kept.
    /// </summary>
    public int MinItemEvents { get; init; }

    /// <summary>
    /// Data sets none of whose users may stay: folders with interactions (prepared, or TSV), Parquet files with the column
    /// <c>user_id</c>, or review files. Keeps the users of a later target out of a pre-training corpus. Default: none.
    /// </summary>
    public IReadOnlyList<string> ExcludeUsersOf { get; init; } = [];

    /// <summary>
    /// The part of a review file's lines, 0 to 1, that may be broken; with more, the run stops, unless they are fewer than 1,000.
    /// Default 0.05.
    /// </summary>
    public double MostBrokenLines { get; init; } = 0.05;

    /// <summary>
    /// About how many interactions to keep, by keeping whole users: those first in the order of MD5(seed:user) until the number is
    /// reached. So a smaller sample is part of a larger one, on every machine. Null: all.
    /// </summary>
    public long? SampleInteractions { get; init; }

    /// <summary>Which users a sample has.</summary>
    public int Seed { get; init; }

    /// <summary>Threads that DuckDB uses. Null: one a core. The files written do not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Memory for the whole process, such as <c>4GB</c>, at least 500MB: DuckDB is given 70 % of it and then spills to disk. Null:
    /// 80 % of the machine's memory for DuckDB.
    /// </summary>
    public string? MemoryLimit { get; init; }

    /// <summary>Whether finished steps stay in the work folder after success too, so that other settings need not repeat them.</summary>
    public bool KeepWork { get; init; }

    /// <summary>
    /// Pieces of the vocabulary that is learnt from the items' titles and brands and written with all items' tokens, so that training
    /// need not read texts. The default, 8,000, is that of training; the paper has 30,000. 0: none is written.
    /// </summary>
    public int VocabularySize { get; init; } = 8000;
}
