namespace MlNetSeqRec.Experiments.Reports;

/// <summary>A measured figure.</summary>
/// <param name="Value">The figure, 0 to 1.</param>
/// <param name="Lower">The lower end of its 95 % interval; null where it has none.</param>
/// <param name="Upper">The upper end of its 95 % interval; null where it has none.</param>
public sealed record ReportFigure(double Value, double? Lower = null, double? Upper = null)
{
    /// <summary>A figure with its interval.</summary>
    public static ReportFigure Of(double value, ConfidenceInterval interval) => new(value, interval.Lower, interval.Upper);
}
