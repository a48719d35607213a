namespace MlNetSeqRec;

/// <summary>Which items a trained model recommends.</summary>
public sealed record RankingOptions
{
    /// <summary>How many items; fewer are given where fewer are allowed.</summary>
    public int Count { get; init; } = 10;

    /// <summary>Whether the items of the history itself are left out.</summary>
    public bool ExcludeHistory { get; init; } = true;

    /// <summary>The only items that may be recommended, by id; null allows all.</summary>
    public IReadOnlyCollection<string>? Allow { get; init; }

    /// <summary>Items that are never recommended, by id.</summary>
    public IReadOnlyCollection<string>? Deny { get; init; }
}
