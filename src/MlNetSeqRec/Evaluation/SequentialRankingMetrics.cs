namespace MlNetSeqRec;

/// <summary>
/// How well a model ranks what each user took next: one target per user (leave-one-out), against two sets of candidates.
/// <see cref="All"/> ranks the whole catalogue; <see cref="Unseen"/> leaves out the items that the user had before.
/// </summary>
public sealed class SequentialRankingMetrics
{
    private static readonly (string Name, int Least, int Most)[] HistoryBins =
        [("history 0-4", 0, 4), ("history 5-9", 5, 9), ("history 10-19", 10, 19), ("history 20+", 20, int.MaxValue)];

    internal SequentialRankingMetrics(IReadOnlyList<UserRanks> users, int itemCount, PopularityBands? bands, IReadOnlyList<int> k,
        RankingProtocol protocol, double? catalogCoverage)
    {
        All = AllOf(users);
        Unseen = UnseenOf(users);
        UserCount = users.Count;
        ItemCount = itemCount;
        CatalogCoverage = catalogCoverage;
        RepeatedTargets = users.Count(user => float.IsFinite(user.All) && !float.IsFinite(user.Unseen));
        Protocol = protocol.ToString();
        Slices =
        [
            .. HistoryBins.SelectMany(bin => Slice(bin.Name, user => user.HistoryLength >= bin.Least && user.HistoryLength <= bin.Most)),
            .. (bands is null ? [] : PopularityBands.Names).SelectMany(band => Slice($"target {band}", user => bands!.Of(user.TargetCount) == band)),
        ];
        Cold = bands is null ? null : Slice("cold", user => user.TargetCount == 0).FirstOrDefault();
        Warm = bands is null ? null : Slice("warm", user => user.TargetCount > 0).FirstOrDefault();

        IEnumerable<RankingSlice> Slice(string name, Func<UserRanks, bool> belongs)
        {
            UserRanks[] some = [.. users.Where(belongs)];
            if (some.Length > 0)
                yield return new RankingSlice(name, some.Length, AllOf(some), UnseenOf(some));
        }
        RankingFigures AllOf(IEnumerable<UserRanks> some) => new(some.Select(user => user.All), k, protocol.Seed);
        RankingFigures UnseenOf(IEnumerable<UserRanks> some) => new(some.Select(user => user.Unseen), k, protocol.Seed);
    }

    /// <summary>Figures among all items of the catalogue.</summary>
    public RankingFigures All { get; }

    /// <summary>Figures among the items that the user has not had. A target that is a repeat is no candidate, and so a miss.</summary>
    public RankingFigures Unseen { get; }

    /// <summary>HR@k of <see cref="All"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no figures for this k.</exception>
    public double HitRate(int k) => All.HitRate(k);

    /// <summary>NDCG@k of <see cref="All"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no figures for this k.</exception>
    public double Ndcg(int k) => All.Ndcg(k);

    /// <summary>MRR of <see cref="All"/>.</summary>
    public double MeanReciprocalRank => All.MeanReciprocalRank;

    /// <summary>The number of users, each with one target.</summary>
    public int UserCount { get; }

    /// <summary>The number of items in the catalogue.</summary>
    public int ItemCount { get; }

    /// <summary>The share of the catalogue that is in the top 10 of any user, among items that the user has not had; null when not measured.</summary>
    public double? CatalogCoverage { get; }

    /// <summary>The number of users whose target is an item that they had before: misses of <see cref="Unseen"/>, whatever the model.</summary>
    public int RepeatedTargets { get; }

    /// <summary>"full" when every candidate is ranked; "sampled:N" when the target is ranked among N drawn ones, which gives far higher figures.</summary>
    public string Protocol { get; }

    /// <summary>
    /// Figures by the length of the history ("history 0-4", "5-9", "10-19", "20+" events) and by how often training saw the target:
    /// "target head" (the most popular items that make up a third of training interactions), "middle" (the next third), "tail" (the
    /// rest) and "cold" (never). Each of the two groups holds every user once; slices without users are left out.
    /// </summary>
    public IReadOnlyList<RankingSlice> Slices { get; }

    /// <summary>Users whose target training never saw, so that a model knows at most its text; null where there are none, or where it is not known.</summary>
    public RankingSlice? Cold { get; }

    /// <summary>The other users; null where there are none, or where it is not known.</summary>
    public RankingSlice? Warm { get; }
}
