namespace MlNetSeqRec.Experiments.Reports;

/// <summary>The pieces that sections are put together from.</summary>
internal static class Parts
{
    /// <summary>A section with a heading.</summary>
    public static Markup Section(string id, string heading, Markup content) =>
        Markup.Of($"<section id=\"{id}\" aria-labelledby=\"{id}-heading\">\n<h2 id=\"{id}-heading\">{heading}</h2>\n{content}</section>\n");

    /// <summary>A chart with its heading, what it says in words, and its numbers on demand.</summary>
    public static Markup Chart(string heading, Markup picture, string caption, Markup legend, Markup numbers) => Markup.Of(
        $"<figure>\n<h3>{heading}</h3>\n{picture}\n{legend}<figcaption>{caption}</figcaption>\n<details><summary>Numbers<span class=\"hidden\"> of {heading}</span></summary>{Scroll($"Numbers of {heading}", numbers)}</details>\n</figure>\n");

    /// <summary>A part that scrolls by itself where the window is too narrow; it can be focused, so that keys scroll it.</summary>
    public static Markup Scroll(string name, Markup content) => Markup.Of($"<div class=\"scroll\" role=\"region\" aria-label=\"{name}\" tabindex=\"0\">{content}</div>\n");

    /// <summary>A table.</summary>
    /// <param name="columns">Its headings.</param>
    /// <param name="rows">Its rows, whose first cells name them.</param>
    public static Markup Table(IEnumerable<Markup> columns, IEnumerable<IEnumerable<Markup>> rows) => Markup.Of(
        $"<table>\n<thead><tr>{columns.Select(column => Markup.Of($"<th scope=\"col\">{column}</th>"))}</tr></thead>\n<tbody>\n{rows.Select(row => Row([.. row]))}</tbody>\n</table>\n");

    /// <summary>A text as a cell or a heading.</summary>
    public static Markup Text(string? text) => Markup.Of($"{text}");

    private static Markup Row(IReadOnlyList<Markup> cells) =>
        Markup.Of($"<tr><th scope=\"row\">{cells[0]}</th>{cells.Skip(1).Select(cell => Markup.Of($"<td>{cell}</td>"))}</tr>\n");
}
