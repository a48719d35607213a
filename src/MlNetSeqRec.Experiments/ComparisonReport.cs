using System.Globalization;
using System.Net;
using System.Text;

namespace MlNetSeqRec.Experiments;

/// <summary>One self-contained HTML page with a model's figures beside its baselines, and by slice.</summary>
public static class ComparisonReport
{
    private const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
        table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: .3rem .8rem; text-align: right; border-bottom: 1px solid #8888; }
        th:first-child, td:first-child { text-align: left; } caption { text-align: left; font-weight: 600; }
        """;

    /// <summary>Writes the page.</summary>
    public static void Write(string path, ModelComparison comparison, TrainingSummary training)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        ArgumentNullException.ThrowIfNull(training);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Model report</title><style>{Style}</style>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>How well the model ranks what comes next</h1>\n<p>{comparison.Model.UserCount:n0} users, {comparison.Model.ItemCount:n0} items, protocol {comparison.Model.Protocol}. ");
        page.Append(CultureInfo.InvariantCulture, $"Each user's last item was held out. Trained for {training.Seconds:f0} s on {Encode(training.Device)}: {training.Parameters:n0} parameters, epoch {training.BestEpoch} of {training.Epochs} kept ({Encode(training.Ended)}).</p>\n");
        Table(page, "Among all items", comparison, metrics => metrics.All);
        Table(page, "Among items that the user has not had", comparison, metrics => metrics.Unseen);
        Slices(page, comparison.Model);
        page.Append("</html>\n");
        File.WriteAllText(path, page.ToString());
    }

    private static void Table(StringBuilder page, string caption, ModelComparison comparison, Func<SequentialRankingMetrics, RankingFigures> of)
    {
        IReadOnlyList<int> k = comparison.Model.All.K;
        page.Append(CultureInfo.InvariantCulture, $"<table><caption>{caption}</caption><tr><th>ranked by{string.Concat(k.Select(at => $"<th>HR@{at}<th>NDCG@{at}"))}<th>MRR</tr>\n");
        foreach ((string name, SequentialRankingMetrics metrics) in new[] { ("the model", comparison.Model), ("item to item", comparison.ItemToItem), ("popularity", comparison.Popularity) })
        {
            RankingFigures figures = of(metrics);
            string cells = string.Concat(k.Select(at => string.Create(CultureInfo.InvariantCulture, $"<td>{figures.HitRate(at):f4}<td>{figures.Ndcg(at):f4}")));
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{name}{cells}<td>{figures.MeanReciprocalRank:f4}</tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void Slices(StringBuilder page, SequentialRankingMetrics metrics)
    {
        int k = metrics.All.K.Contains(10) ? 10 : metrics.All.K[0];
        page.Append(CultureInfo.InvariantCulture, $"<table><caption>The model by slice, among items that the user has not had</caption><tr><th>slice<th>users<th>HR@{k}<th>NDCG@{k}<th>95 % interval of NDCG@{k}</tr>\n");
        foreach (RankingSlice slice in metrics.Slices)
        {
            ConfidenceInterval interval = slice.Unseen.NdcgInterval(k);
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encode(slice.Name)}<td>{slice.Users:n0}<td>{slice.Unseen.HitRate(k):f4}<td>{slice.Unseen.Ndcg(k):f4}<td>{interval.Lower:f4} to {interval.Upper:f4}</tr>\n");
        }

        page.Append("</table>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
