namespace MlNetSeqRec.Experiments.Reports;

/// <summary>The part of a chart that values are drawn in, its grid and the names beside it. Colours come from the page's style.</summary>
internal static class Plane
{
    public const double Width = 480, Height = 270;
    public const double Left = 50, Right = Width - 20, Top = 10, Bottom = Height - 44;

    /// <summary>A picture with a text in its place for those who do not see it.</summary>
    public static Markup Picture(string description, Markup content) =>
        Markup.Of($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{description}\">{content}</svg>");

    /// <summary>Horizontal lines with their values at the left.</summary>
    public static Markup Rows(Axis y) => Markup.Join(y.Ticks().Select(tick => Markup.Of(
        $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{y.At(tick):f1}\" y2=\"{y.At(tick):f1}\"/><text x=\"{Left - 6}\" y=\"{y.At(tick) + 4:f1}\" text-anchor=\"end\">{Numbers.Short(tick)}</text>")));

    /// <summary>Values below the plane.</summary>
    public static Markup Columns(Axis x) => Markup.Join(x.Ticks().Select(tick => Below(x.At(tick), Numbers.Short(tick))));

    /// <summary>A name below the plane.</summary>
    public static Markup Below(double pixel, string text) => Markup.Of($"<text x=\"{pixel:f1}\" y=\"{Bottom + 17}\" text-anchor=\"middle\">{text}</text>");

    /// <summary>What the horizontal axis shows.</summary>
    public static Markup Name(string text) => Markup.Of(
        $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{Bottom}\" y2=\"{Bottom}\"/><text x=\"{(Left + Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{text}</text>");
}
