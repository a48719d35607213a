namespace MlNetSeqRec.Experiments.Reports;

/// <summary>One shopper: the history, what a model recommends after it, and what the shopper took.</summary>
public sealed record ShopperExample
{
    /// <summary>The shopper's id.</summary>
    public required string UserId { get; init; }

    /// <summary>The history, oldest item first: its latest items, where it is long.</summary>
    public required IReadOnlyList<ReportItem> History { get; init; }

    /// <summary>Items of the history before those.</summary>
    public int EarlierItems { get; init; }

    /// <summary>What the model recommends, best first.</summary>
    public required IReadOnlyList<RecommendedItem> Recommended { get; init; }

    /// <summary>The held-out item, which the shopper took next.</summary>
    public required ReportItem Target { get; init; }

    /// <summary>
    /// The held-out item's rank, from 1, among the items that the shopper has not had; null where it is not known or the item is no candidate.
    /// </summary>
    public double? TargetRank { get; init; }
}
