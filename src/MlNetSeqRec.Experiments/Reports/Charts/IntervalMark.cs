namespace MlNetSeqRec.Experiments.Reports;

/// <summary>A figure as a dot with its interval as a line, small enough for a cell; the number is beside it.</summary>
internal static class IntervalMark
{
    private const double Width = 110, Height = 12, Margin = 5;

    /// <param name="figure">The figure.</param>
    /// <param name="greatest">The value at the right edge, the same for all cells that are compared.</param>
    /// <param name="isBaseline">Whether it is drawn as one.</param>
    public static Markup Draw(ReportFigure figure, double greatest, bool isBaseline)
    {
        if (!double.IsFinite(figure.Value) || greatest <= 0)
            return Markup.None;
        Markup line = figure is { Lower: { } lower, Upper: { } upper }
            ? Markup.Of($"<line class=\"interval\" x1=\"{At(lower):f1}\" x2=\"{At(upper):f1}\" y1=\"{Height / 2}\" y2=\"{Height / 2}\"/>")
            : Markup.None;
        return Markup.Of(
            $"<svg class=\"mark {(isBaseline ? "baseline" : "model")}\" viewBox=\"0 0 {Width} {Height}\" aria-hidden=\"true\"><line class=\"grid\" x1=\"{Margin}\" x2=\"{Width - Margin}\" y1=\"{Height / 2}\" y2=\"{Height / 2}\"/>{line}<circle cx=\"{At(figure.Value):f1}\" cy=\"{Height / 2}\" r=\"4\"/></svg>");

        double At(double value) => Margin + (value / greatest * (Width - (2 * Margin)));
    }

    /// <summary>The right edge for some figures: their greatest value or upper end.</summary>
    public static double Edge(IEnumerable<ReportFigure?> figures) =>
        figures.OfType<ReportFigure>().Select(figure => Math.Max(figure.Value, figure.Upper ?? 0)).Where(double.IsFinite).DefaultIfEmpty(0).Max();
}
