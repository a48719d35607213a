namespace MlNetSeqRec.Experiments.Reports;

/// <summary>Values as lines. The first lines have a colour and a dash of their own, the others are grey.</summary>
internal static class LineChart
{
    /// <summary>Lines that can be told apart.</summary>
    public const int MostNamed = 6;

    /// <summary>Draws.</summary>
    /// <param name="description">What there is to see, for those who do not.</param>
    /// <param name="lines">At least one point among them.</param>
    /// <param name="axis">What the horizontal axis shows.</param>
    /// <param name="fromZero">Whether the vertical axis begins at zero.</param>
    /// <param name="isLogarithmic">Whether both axes are; values are then above zero.</param>
    public static Markup Draw(string description, IReadOnlyList<Line> lines, string axis, bool fromZero = false, bool isLogarithmic = false)
    {
        Axis x = isLogarithmic
            ? Axis.Around([.. lines.SelectMany(line => line.Points).Select(point => point.X)], Plane.Left, Plane.Right, isLogarithmic: true)
            : Steps([.. lines.SelectMany(line => line.Points).Select(point => point.X)]);
        Axis y = Axis.Around([.. lines.SelectMany(line => line.Points).Select(point => point.Y)], Plane.Bottom, Plane.Top, fromZero, isLogarithmic);
        // The named ones lie above the others.
        IEnumerable<Markup> drawn = lines.Index().Reverse().Where(line => line.Item.Points.Count > 0).Select(line => Curve(line.Item, Class(line.Index)));
        return Plane.Picture(description, Markup.Of($"{Plane.Rows(y)}{Plane.Columns(x)}{Plane.Name(axis)}{drawn}"));

        Markup Curve(Line line, string name)
        {
            string path = string.Join(' ', line.Points.Select(point => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{x.At(point.X):f1},{y.At(point.Y):f1}")));
            (double X, double Y)? dot = line.Marked ?? (line.Points.Count == 1 ? line.Points[0] : null);
            Markup mark = dot is { } at ? Markup.Of($"<circle class=\"{name}\" cx=\"{x.At(at.X):f1}\" cy=\"{y.At(at.Y):f1}\" r=\"4.5\"><title>{line.Name}: {at.Y:0.####} at {at.X:n0}</title></circle>") : Markup.None;
            return Markup.Of($"<polyline class=\"{name}\" points=\"{path}\"><title>{line.Name}</title></polyline>{mark}");
        }
    }

    /// <summary>The names of lines with their colours; nothing for a single line.</summary>
    public static Markup Legend(IReadOnlyList<Line> lines)
    {
        if (lines.Count < 2)
            return Markup.None;
        IEnumerable<Markup> named = lines.Take(MostNamed).Select((line, i) => Entry(Class(i), line.Name));
        Markup others = lines.Count > MostNamed ? Entry(Class(MostNamed), $"{lines.Count - MostNamed} others") : Markup.None;
        return Markup.Of($"<ul class=\"legend\">{named}{others}</ul>");

        static Markup Entry(string name, string text) =>
            Markup.Of($"<li><svg viewBox=\"0 0 28 10\" aria-hidden=\"true\"><polyline class=\"{name}\" points=\"0,5 28,5\"/></svg>{text}</li>");
    }

    private static string Class(int index) => index < MostNamed ? $"line s{index}" : "line other";

    // Epochs: whole numbers from the first to the last.
    private static Axis Steps(IReadOnlyList<double> values)
    {
        double first = values.Min(), last = Math.Max(values.Max(), first + 1);
        return new Axis(first, last, Plane.Left, Plane.Right, Step: Math.Max(1, Axis.RoundStep(last - first)));
    }
}
