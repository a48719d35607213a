namespace MlNetSeqRec;

/// <summary>How much of an item's text becomes tokens. The defaults are those of the SRT paper.</summary>
internal sealed record ItemTokenOptions
{
    /// <summary>Pieces of the title that count; the rest of a longer title is left out.</summary>
    internal int MaxTitleTokens { get; init; } = 40;

    /// <summary>Pieces of the brand that count.</summary>
    internal int MaxBrandTokens { get; init; } = 8;
}
