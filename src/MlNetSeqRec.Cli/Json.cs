using System.Text.Encodings.Web;
using System.Text.Json;

namespace MlNetSeqRec.Cli;

/// <summary>The one JSON object that a verb prints.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static string Write(object value) => JsonSerializer.Serialize(value, _options);

    /// <summary>Figures as {"hr@5": …, "ndcg@5": …, …, "mrr": …}.</summary>
    public static Dictionary<string, double> Figures(RankingFigures figures) => Each(figures, figures.HitRate, figures.Ndcg, figures.MeanReciprocalRank);

    /// <summary>The 95 % intervals of figures, as [lower, upper].</summary>
    public static Dictionary<string, double[]> Intervals(RankingFigures figures)
    {
        return Each(
            figures,
            k => Pair(figures.HitRateInterval(k)),
            k => Pair(figures.NdcgInterval(k)),
            Pair(figures.MeanReciprocalRankInterval));

        static double[] Pair(ConfidenceInterval interval) => [interval.Lower, interval.Upper];
    }

    public static object Baseline(SequentialRankingMetrics metrics) => new { all = Figures(metrics.All), unseen = Figures(metrics.Unseen), cold = Slice(metrics.Cold), warm = Slice(metrics.Warm) };

    public static Dictionary<string, object> Metrics(SequentialRankingMetrics metrics, double seconds) => new()
    {
        ["users"] = metrics.UserCount,
        ["items"] = metrics.ItemCount,
        ["seconds"] = Math.Round(seconds, 3),
        ["protocol"] = metrics.Protocol,
        ["all"] = Figures(metrics.All),
        ["unseen"] = Figures(metrics.Unseen),
        ["ci95"] = new { all = Intervals(metrics.All), unseen = Intervals(metrics.Unseen) },
        ["coverage@10"] = metrics.CatalogCoverage ?? 0,
        ["repeatedTargets"] = metrics.RepeatedTargets,
        ["cold"] = Slice(metrics.Cold),
        ["warm"] = Slice(metrics.Warm),
        ["slices"] = metrics.Slices.Select(slice => new { slice.Name, slice.Users, All = Figures(slice.All), Unseen = Figures(slice.Unseen) }),
    };

    // A slice without users has no figures.
    private static Dictionary<string, object> Slice(RankingSlice? slice) => slice is null ? new() { ["users"] = 0 } : new()
    {
        ["users"] = slice.Users,
        ["all"] = Figures(slice.All),
        ["unseen"] = Figures(slice.Unseen),
    };

    private static Dictionary<string, T> Each<T>(RankingFigures figures, Func<int, T> hitRate, Func<int, T> ndcg, T meanReciprocalRank)
    {
        var named = new Dictionary<string, T>();
        foreach (int k in figures.K)
        {
            named[$"hr@{k}"] = hitRate(k);
            named[$"ndcg@{k}"] = ndcg(k);
        }

        named["mrr"] = meanReciprocalRank;
        return named;
    }
}
