using System.Net;
using System.Text;
using Microsoft.Data.Analysis;
using ScottPlot;

namespace MlNetSeqRec.Experiments;

/// <summary>
/// Shows tables and plots wherever a notebook's code runs: in a notebook under the cell, in a program on the console (a plot
/// becomes a file, and its path is written), and to a receiver where there is one.
/// </summary>
public static class Notebook
{
    private static readonly Lazy<string> _folder = new(() => Directory.CreateTempSubdirectory("seqrec-plots-").FullName);
    private static Action<ShownOutput>? _receiver;

    static Notebook() => PlotFonts.UseOneOfTheSystem();

    /// <summary>Shows the first rows of a frame; numbers with at most four decimals.</summary>
    /// <param name="table">The frame.</param>
    /// <param name="rows">Most rows shown; what is left out is counted.</param>
    public static void Show(DataFrame table, int rows = 20)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        string[] names = [.. table.Columns.Select(column => column.Name)];
        bool[] isText = [.. table.Columns.Select(column => !column.IsNumericColumn())];
        string[][] cells = [.. table.Rows.Take(rows).Select(row => row.Select(Format).ToArray())];
        string more = table.Rows.Count > rows ? $"… and {table.Rows.Count - rows:N0} more rows" : string.Empty;
        Send(new ShownOutput(ToText(names, isText, cells, more), "text/html", ToHtml(names, isText, cells, more)));
    }

    /// <summary>Shows a plot as a picture.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="name">What it is called; as a file, NAME.png.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public static void Show(Plot plot, string name, int width = 640, int height = 380)
    {
        ArgumentNullException.ThrowIfNull(plot);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        byte[] image = plot.GetImageBytes(width, height, ImageFormat.Png);
        if (_receiver is null && !InteractiveKernel.IsHere)
        {
            string path = Path.Combine(_folder.Value, $"{name}.png");
            File.WriteAllBytes(path, image);
            Console.WriteLine($"[plot] {path}");
            return;
        }

        Send(new ShownOutput($"[plot] {name}", "image/png", Convert.ToBase64String(image)));
    }

    /// <summary>Gives what is shown to a receiver, until it is disposed of.</summary>
    public static IDisposable Receive(Action<ShownOutput> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        if (_receiver is not null)
            throw new InvalidOperationException("What is shown has a receiver already: one notebook is run at a time");
        _receiver = receiver;
        return new Subscription();
    }

    private static void Send(ShownOutput output)
    {
        if (_receiver is not null)
            _receiver(output);
        else if (!InteractiveKernel.TryDisplay(output))
            Console.WriteLine(output.Text);
    }

    private static string Format(object? value) => value switch
    {
        null => string.Empty,
        float or double => ((IFormattable)value).ToString("0.####", null),
        IFormattable number and (int or long) => number.ToString("N0", null),
        _ => value.ToString() ?? string.Empty,
    };

    private static string ToText(string[] names, bool[] isText, string[][] cells, string more)
    {
        var text = new StringBuilder();
        int[] widths = [.. names.Select((name, c) => cells.Select(row => row[c].Length).Append(name.Length).Max())];
        foreach (string[] row in cells.Prepend(names))
            text.AppendLine(string.Join("  ", row.Select((cell, c) => isText[c] ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd());
        return text.Append(more).ToString().TrimEnd();
    }

    private static string ToHtml(string[] names, bool[] isText, string[][] cells, string more)
    {
        var html = new StringBuilder("<table><thead><tr>");
        foreach (string name in names)
            html.Append("<th>").Append(WebUtility.HtmlEncode(name)).Append("</th>");
        html.Append("</tr></thead><tbody>");
        foreach (string[] row in cells)
        {
            html.Append("<tr>");
            for (int c = 0; c < row.Length; c++)
                html.Append(isText[c] ? "<td style=\"text-align:left\">" : "<td style=\"text-align:right\">").Append(WebUtility.HtmlEncode(row[c])).Append("</td>");
            html.Append("</tr>");
        }

        return html.Append("</tbody></table>").Append(WebUtility.HtmlEncode(more)).ToString();
    }

    private sealed class Subscription : IDisposable
    {
        public void Dispose() => _receiver = null;
    }
}
