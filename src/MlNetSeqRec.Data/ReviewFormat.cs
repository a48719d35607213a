namespace MlNetSeqRec.Data;

/// <summary>The layout of raw review and item files. The years are those of the Amazon releases by McAuley Lab.</summary>
public enum ReviewFormat
{
    /// <summary>Told from the first lines of each file.</summary>
    Auto,

    /// <summary>
    /// Reviews: JSON lines with <c>reviewerID</c>, <c>asin</c>, <c>unixReviewTime</c> (seconds), or "ratings only" lines
    /// <c>user,item,rating,seconds</c>. Items: one Python dict literal (or JSON object) a line.
    /// </summary>
    Amazon2014,

    /// <summary>Reviews: lines <c>item,user,rating,seconds</c>, or JSON lines as in 2014. Items: JSON lines.</summary>
    Amazon2018,

    /// <summary>
    /// Reviews: JSON lines with <c>user_id</c>, <c>parent_asin</c>, <c>timestamp</c> (milliseconds), or comma-separated text
    /// with those names in its header. Items: JSON lines whose brand is called <c>store</c>.
    /// </summary>
    Amazon2023,

    /// <summary>
    /// Tab-separated text with a header: <c>user_id</c>, <c>item_id</c> and <c>timestamp</c> (seconds), <c>position</c> or
    /// neither. Items: <c>item_id</c>, <c>title</c> and, where known, <c>brand</c>, <c>categories</c> or <c>genres</c>.
    /// </summary>
    Tsv,

    /// <summary>
    /// Parquet, also as a folder of part files: columns as <see cref="SourceColumns"/> names them, ids as text or whole numbers, times
    /// as Unix seconds, timestamps or dates. Partitions (<c>column=value</c> in the path) are columns too.
    /// </summary>
    Parquet,
}
