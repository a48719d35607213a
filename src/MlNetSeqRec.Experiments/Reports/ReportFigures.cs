namespace MlNetSeqRec.Experiments.Reports;

/// <summary>How well a model ranks the held-out items of some users, among one set of candidates.</summary>
public sealed record ReportFigures
{
    /// <summary>NDCG at the cut-off.</summary>
    public required ReportFigure Ndcg { get; init; }

    /// <summary>The hit rate at the cut-off; null where it is not known.</summary>
    public ReportFigure? HitRate { get; init; }

    /// <summary>The mean reciprocal rank; null where it is not known.</summary>
    public ReportFigure? MeanReciprocalRank { get; init; }

    /// <summary>The cut-off of NDCG and of the hit rate. All rows of a leaderboard have the same.</summary>
    public int K { get; init; } = 10;

    /// <summary>Figures at a cut-off, with their intervals.</summary>
    /// <param name="figures">What an evaluation gave.</param>
    /// <param name="k">The cut-off; null for 10, or the first where 10 was not evaluated.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no figures for this k.</exception>
    public static ReportFigures Of(RankingFigures figures, int? k = null)
    {
        ArgumentNullException.ThrowIfNull(figures);
        int at = k ?? (figures.K.Contains(10) ? 10 : figures.K[0]);
        return new ReportFigures
        {
            Ndcg = ReportFigure.Of(figures.Ndcg(at), figures.NdcgInterval(at)),
            HitRate = ReportFigure.Of(figures.HitRate(at), figures.HitRateInterval(at)),
            MeanReciprocalRank = ReportFigure.Of(figures.MeanReciprocalRank, figures.MeanReciprocalRankInterval),
            K = at,
        };
    }
}
