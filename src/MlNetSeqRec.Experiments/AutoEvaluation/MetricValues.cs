namespace MlNetSeqRec.Experiments;

/// <summary>Reads the figure that an experiment optimizes.</summary>
internal static class MetricValues
{
    /// <summary>The cut-offs of all figures of an experiment.</summary>
    public static readonly int[] K = [5, 10, 20];

    private const int CutOff = 10;

    public static double Of(this SequentialMetric metric, SequentialRankingMetrics metrics) => metric switch
    {
        SequentialMetric.UnseenHitRate or SequentialMetric.HitRate => metric.FiguresOf(metrics).HitRate(CutOff),
        SequentialMetric.UnseenMeanReciprocalRank or SequentialMetric.MeanReciprocalRank => metric.FiguresOf(metrics).MeanReciprocalRank,
        _ => metric.FiguresOf(metrics).Ndcg(CutOff),
    };

    public static ConfidenceInterval IntervalOf(this SequentialMetric metric, SequentialRankingMetrics metrics) => metric switch
    {
        SequentialMetric.UnseenHitRate or SequentialMetric.HitRate => metric.FiguresOf(metrics).HitRateInterval(CutOff),
        SequentialMetric.UnseenMeanReciprocalRank or SequentialMetric.MeanReciprocalRank => metric.FiguresOf(metrics).MeanReciprocalRankInterval,
        _ => metric.FiguresOf(metrics).NdcgInterval(CutOff),
    };

    /// <summary>As people know it, "unseen NDCG@10" for example.</summary>
    public static string Name(this SequentialMetric metric) => metric switch
    {
        SequentialMetric.UnseenHitRate => "unseen HR@10",
        SequentialMetric.UnseenMeanReciprocalRank => "unseen MRR",
        SequentialMetric.Ndcg => "NDCG@10",
        SequentialMetric.HitRate => "HR@10",
        SequentialMetric.MeanReciprocalRank => "MRR",
        _ => "unseen NDCG@10",
    };

    private static RankingFigures FiguresOf(this SequentialMetric metric, SequentialRankingMetrics metrics) =>
        metric is SequentialMetric.Ndcg or SequentialMetric.HitRate or SequentialMetric.MeanReciprocalRank ? metrics.All : metrics.Unseen;
}
