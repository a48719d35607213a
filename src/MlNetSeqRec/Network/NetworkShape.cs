using System.Text.Json.Serialization;

namespace MlNetSeqRec;

/// <summary>What an item's vector is made from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ItemEncoding>))]
public enum ItemEncoding
{
    /// <summary>
    /// Text alone where each item has one of its own and fewer than 100 events on average, text and id where items have more events
    /// or share their texts, the id alone where there is no text.
    /// </summary>
    Auto,

    /// <summary>A learnt vector for each item. Items that training never saw cannot be ranked sensibly.</summary>
    Id,

    /// <summary>
    /// The item's text alone (title, brand, categories), as in SRT: the parameter count does not grow with the catalogue,
    /// and new items can be scored.
    /// </summary>
    Text,

    /// <summary>The sum of both: the best ranking where each item has many interactions.</summary>
    IdAndText,
}

/// <summary>The sizes that fix a network's parameters: what must be known to rebuild it before its weights are read.</summary>
internal sealed record NetworkShape
{
    public required ItemEncoding Encoding { get; init; }

    public required int Items { get; init; }

    /// <summary>Rows of the token table; 0 without text.</summary>
    public required int TokenRows { get; init; }

    public required int Width { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int MaximumLength { get; init; }

    public required double Dropout { get; init; }

    public required double TokenDropout { get; init; }

    /// <summary>How an item's token vectors become one.</summary>
    public TextPooling Pooling { get; init; }

    /// <summary>How that becomes the item's text vector.</summary>
    public TextAdapter Adapter { get; init; }

    /// <summary>Whether norms follow each block's sums (as in SRT and BERT), in place of coming before its operations.</summary>
    public bool PostNorm { get; init; }

    /// <summary>Cosine similarity is divided by this; 0 for dot products.</summary>
    public double Temperature { get; init; }

    /// <summary>Share of items that are known by their text alone in a training step.</summary>
    public double IdDropout { get; init; }

    /// <summary>Whether a network can be of these sizes and of so many items and rows of the token table: a damaged file may say anything.</summary>
    public bool Fits(int items, int tokenRows) =>
        Items == items && TokenRows == tokenRows && Encoding is ItemEncoding.Id or ItemEncoding.Text or ItemEncoding.IdAndText
        && Width is > 0 and <= 1 << 16 && Heads > 0 && Width % Heads == 0 && Layers is > 0 and <= 1000 && MaximumLength is > 0 and <= 1 << 24
        && Dropout is >= 0 and < 1 && TokenDropout is >= 0 and < 1 && IdDropout is >= 0 and < 1 && Temperature is >= 0 and < double.PositiveInfinity;

    public bool HasIds => Encoding is ItemEncoding.Id or ItemEncoding.IdAndText;

    public bool HasText => Encoding is ItemEncoding.Text or ItemEncoding.IdAndText;
}
