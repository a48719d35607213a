namespace MlNetSeqRec.Data;

/// <summary>What a Parquet file calls its columns. Other layouts have the names that their release gave them.</summary>
public sealed record SourceColumns
{
    internal static readonly SourceColumns Usual = new();

    /// <summary>The user: text or whole numbers. Default <c>user_id</c>.</summary>
    public string User { get; init; } = "user_id";

    /// <summary>The item, in reviews and in item files: text or whole numbers. Default <c>item_id</c>.</summary>
    public string Item { get; init; } = "item_id";

    /// <summary>
    /// The time: Unix seconds, a timestamp or a date; one called <c>position</c> holds any number that grows with time. Default
    /// <c>timestamp</c>.
    /// </summary>
    public string Time { get; init; } = "timestamp";

    /// <summary>An item's title: text. Default <c>title</c>.</summary>
    public string Title { get; init; } = "title";

    /// <summary>An item's brand: text. Default <c>brand</c>, which may be absent.</summary>
    public string Brand { get; init; } = "brand";

    /// <summary>An item's categories, from wide to narrow: text, or a list of texts. Default <c>categories</c>, which may be absent.</summary>
    public string Categories { get; init; } = "categories";
}
