using System.Globalization;
using System.Net;
using System.Text;
using ScottPlot;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>The figures of a study as PNG files, and one HTML page with all of them and the figures in numbers, which needs no other file.</summary>
public static class ScalingPictures
{
    private const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
        figure { margin: 1.5rem 0; break-inside: avoid; } img { width: 100%; height: auto; } figcaption { color: #444; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; } th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #bbb; }
        th:first-child, td:first-child { text-align: left; } caption { text-align: left; font-weight: 600; }
        @media print { body { margin: 0; max-width: none; font-size: 11pt; } }
        """;

    /// <summary>Draws.</summary>
    /// <param name="study">The fits.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="width">Width of the pictures, pixels.</param>
    /// <param name="height">Height of the pictures, pixels.</param>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Write(ScalingStudy study, string folder, int width = 1000, int height = 640)
    {
        ArgumentNullException.ThrowIfNull(study);
        Directory.CreateDirectory(folder);
        var files = new List<string>();
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Scaling study</title><style>{Style}</style>\n<h1>Scaling study</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{study.Runs.Count} runs of {Encode(study.Runs[0].Corpus)}; {Encode(study.Runs[0].Metric)}; {study.Runs.Sum(run => run.Seconds) / 3600:f1} hours of training.</p>\n");
        foreach ((string name, string title, string text, Plot plot) in new Figures(study).All())
        {
            plot.ScaleFactor = Math.Max(0.75, width / 800.0);
            byte[] png = plot.GetImageBytes(width, height, ImageFormat.Png);
            string file = Path.Combine(folder, name + ".png");
            File.WriteAllBytes(file, png);
            files.Add(file);
            page.Append(CultureInfo.InvariantCulture, $"<figure><h2>{Encode(title)}</h2><img alt=\"{Encode(title)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"><figcaption>{Encode(text)}</figcaption></figure>\n");
        }

        AppendFits(page, study);
        AppendRuns(page, study);
        string html = Path.Combine(folder, "scaling.html");
        File.WriteAllText(html, page.Append("</html>\n").ToString());
        files.Add(html);
        return files;
    }

    private static void AppendFits(StringBuilder page, ScalingStudy study)
    {
        page.Append("<div class=\"wide\"><table><caption>Fits</caption><tr><th>fit<th>coefficients<th>R²<th>RMSE<th>points<th>RMSE, held out<th>identifiable</tr>\n");
        foreach (NamedFit named in study.Fits)
        {
            string coefficients = string.Join(", ", named.Fit.Law.Coefficients.Zip(named.Fit.Coefficients, (name, value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:g4}")));
            string heldOut = named.HeldOut is { } test ? test.Rmse.ToString("f4", CultureInfo.InvariantCulture) : string.Empty;
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encode(named.Name)}<td>{Encode(coefficients)}<td>{named.Fit.R2:f4}<td>{named.Fit.Rmse:f4}<td>{named.Fit.N}<td>{heldOut}<td>{(!named.IsFitted ? "given" : named.Fit.IsIdentifiable ? "yes" : "no")}</tr>\n");
        }

        page.Append("</table></div>\n<p>Where coefficients are not identifiable, others predict nearly the same: compare predictions.</p>\n");
    }

    private static void AppendRuns(StringBuilder page, ScalingStudy study)
    {
        page.Append("<div class=\"wide\"><table><caption>Runs</caption><tr><th>run<th>data<th>width<th>layers<th>parameters<th>events<th>epochs<th>FLOPs<th>best<th>seconds</tr>\n");
        foreach (RunRecord run in study.Runs.OrderBy(run => run.Epochs[^1].Flops))
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encode(run.Id)}<td>{Encode(run.Data)}<td>{run.Width}<td>{run.Layers}<td>{run.Parameters:n0}<td>{run.Events:n0}<td>{run.Epochs.Count}<td>{run.Epochs[^1].Flops:e2}<td>{run.Best().Value:f4}<td>{run.Seconds:f0}</tr>\n");
        page.Append("</table></div>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
