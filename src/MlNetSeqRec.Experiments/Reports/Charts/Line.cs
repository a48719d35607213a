namespace MlNetSeqRec.Experiments.Reports;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Points">Where it goes, from left to right; finite.</param>
/// <param name="Marked">The place of a point to be marked, such as the best; null for none.</param>
internal sealed record Line(string Name, IReadOnlyList<(double X, double Y)> Points, (double X, double Y)? Marked = null);
