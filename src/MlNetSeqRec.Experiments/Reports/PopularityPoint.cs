namespace MlNetSeqRec.Experiments.Reports;

/// <summary>A point of the popularity curve.</summary>
/// <param name="Rank">The item's rank, from 1 for the most popular.</param>
/// <param name="Events">Its events.</param>
public sealed record PopularityPoint(int Rank, long Events);
