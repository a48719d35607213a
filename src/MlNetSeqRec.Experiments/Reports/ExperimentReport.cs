using System.Security.Cryptography;
using System.Text;

namespace MlNetSeqRec.Experiments.Reports;

/// <summary>A report as one HTML page that needs no other file and no network.</summary>
public static class ExperimentReport
{
    private static readonly string _style = Resource("report.css"), _script = Resource("report.js");

    /// <summary>Writes the page; the file is either whole or not there.</summary>
    /// <param name="path">The file, report.html for example.</param>
    /// <param name="content">What it shows.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ReportContent content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] page = Encoding.UTF8.GetBytes(Render(content));
        AtomicFile.Write(path, stream => stream.Write(page));
    }

    /// <summary>The page.</summary>
    /// <param name="content">What it shows.</param>
    public static string Render(ReportContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        (string Id, string Name, Markup Html)[] sections =
        [
            ("leaderboard", "Leaderboard", LeaderboardSection.Make(content.Leaderboard)),
            ("slices", "By slice", SlicesSection.Make(content.Leaderboard)),
            ("shoppers", "Shoppers", ExplorerSection.Make(content.Shoppers, content.ShoppersModel)),
            ("training", "Training", CurvesSection.Make(content.Curves)),
            ("data", "The data", content.Data is null ? Markup.None : DataSection.Make(content.Data)),
        ];
        sections = [.. sections.Where(section => section.Html != Markup.None)];
        IEnumerable<Markup> links = sections.Select(section => Markup.Of($"<li><a href=\"#{section.Id}\">{section.Name}</a></li>"));
        Markup summary = content.Summary is null ? Markup.None : Markup.Of($"<p>{content.Summary}</p>\n");
        return Markup.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{Hash(_style)}'; script-src '{Hash(_script)}'; base-uri 'none'; form-action 'none'">
            <title>{content.Title}</title>
            <style>{new Markup(_style)}</style>
            </head>
            <body>
            <header>
            <h1>{content.Title}</h1>
            {summary}{Facts(content.Facts)}<nav aria-label="Sections"><ul>{links}</ul></nav>
            </header>
            <main>
            {sections.Select(section => section.Html)}</main>
            <script>{new Markup(_script)}</script>
            </body>
            </html>

            """).Html;
    }

    private static Markup Facts(IReadOnlyList<ReportFact> facts) =>
        facts.Count == 0 ? Markup.None : Markup.Of($"<dl class=\"facts\">{facts.Select(fact => Markup.Of($"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>"))}</dl>\n");

    // Only this style and this script run, whatever got into the page.
    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Resource(string name)
    {
        using Stream stream = typeof(ExperimentReport).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
