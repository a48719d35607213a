namespace MlNetSeqRec.Experiments.Reports;

/// <summary>A recommended item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Score">The model's score: greater is better, and it compares within one shopper's list only.</param>
public sealed record RecommendedItem(ReportItem Item, double Score);
