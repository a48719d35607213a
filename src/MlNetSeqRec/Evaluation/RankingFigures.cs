namespace MlNetSeqRec;

/// <summary>
/// How well targets rank among one set of candidates, with one target per user and as means over users. Rank is
/// 1 + the candidates with a greater score + half of the others with an equal score; a target that is no candidate is a miss.
/// </summary>
public sealed class RankingFigures
{
    private readonly int[] _k;
    private readonly RankHistogram _ranks;
    private readonly double[] _means; // hit rates at each k, NDCGs at each k, then the mean reciprocal rank
    private readonly Lazy<ConfidenceInterval[]> _intervals;

    internal RankingFigures(IEnumerable<float> ranks, IEnumerable<int> k, int seed)
    {
        _k = [.. k.Distinct().Order()];
        if (_k.Length == 0 || _k[0] < 1)
            throw new ArgumentOutOfRangeException(nameof(k), "Each k must be at least 1, and there must be one.");
        _ranks = new RankHistogram(ranks);
        double[][] gains =
        [
            .. _k.Select(cut => _ranks.Gains(rank => rank <= cut ? 1 : 0)),
            .. _k.Select(cut => _ranks.Gains(rank => rank <= cut ? 1 / Math.Log2(rank + 1) : 0)),
            _ranks.Gains(rank => 1 / rank),
        ];
        _means = _ranks.Means(gains);
        _intervals = new Lazy<ConfidenceInterval[]>(() => _ranks.BootstrapIntervals(gains, seed));
    }

    /// <summary>The cut-offs for which there are figures, ascending.</summary>
    public IReadOnlyList<int> K => _k;

    /// <summary>HR@k: the share of users whose target has a rank of at most <paramref name="k"/>. With one target it equals Recall@k.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no figures for this k.</exception>
    public double HitRate(int k) => _means[PlaceOf(k)];

    /// <summary>NDCG@k: the mean over users of 1 / log2(rank + 1) where the rank is at most <paramref name="k"/>, and 0 elsewhere.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no figures for this k.</exception>
    public double Ndcg(int k) => _means[_k.Length + PlaceOf(k)];

    /// <summary>MRR: the mean over users of 1 / rank, without a cut-off.</summary>
    public double MeanReciprocalRank => _means[^1];

    /// <summary>The 95 % interval of HR@k: percentiles of 1,000 bootstrap resamples of the users.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no figures for this k.</exception>
    public ConfidenceInterval HitRateInterval(int k) => _intervals.Value[PlaceOf(k)];

    /// <summary>The 95 % interval of NDCG@k: percentiles of 1,000 bootstrap resamples of the users.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no figures for this k.</exception>
    public ConfidenceInterval NdcgInterval(int k) => _intervals.Value[_k.Length + PlaceOf(k)];

    /// <summary>The 95 % interval of MRR: percentiles of 1,000 bootstrap resamples of the users.</summary>
    public ConfidenceInterval MeanReciprocalRankInterval => _intervals.Value[^1];

    private int PlaceOf(int k) => Array.IndexOf(_k, k) is >= 0 and int place ? place
        : throw new ArgumentOutOfRangeException(nameof(k), k, $"There are figures for k = {string.Join(", ", _k)} only; name the others when evaluating.");
}
