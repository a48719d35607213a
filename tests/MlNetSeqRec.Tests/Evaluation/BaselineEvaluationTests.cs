namespace MlNetSeqRec.Tests;

public class BaselineEvaluationTests
{
    private static readonly int[] K = [1, 2, 10];

    /// <summary>Scores that depend on the history, with many ties.</summary>
    private sealed class HashScorer(int itemCount, int levels) : IItemScorer
    {
        public int ItemCount => itemCount;

        public void Score(ReadOnlySpan<int> history, Span<float> scores)
        {
            for (int item = 0; item < itemCount; item++)
                scores[item] = (item * 31 + (history.Length == 0 ? 0 : history[^1]) * 17 + item * item) % levels;
        }
    }

    private sealed record Data(int ItemCount, int[][] Histories, int[] Targets)
    {
        internal int[] Items => [.. Histories.SelectMany(history => history)];

        internal long[] Offsets => [.. Histories.Aggregate(new List<long> { 0 }, (offsets, history) => [.. offsets, offsets[^1] + history.Length])];

        internal int[] Counts => [.. Enumerable.Range(0, ItemCount).Select(item => Items.Count(other => other == item))];

        internal SequentialRankingMetrics Evaluate(IItemScorer scorer, RankingProtocol protocol = default) =>
            BaselineEvaluation.Evaluate(scorer, Items, Offsets, Targets, Counts, K, protocol);

        internal static Data Random(int seed, int users = 150, int items = 60)
        {
            var random = new Random(seed);
            return new Data(items, [.. Enumerable.Range(0, users).Select(_ => Enumerable.Range(0, random.Next(0, 30))
                .Select(_ => (int)(50 * random.NextDouble() * random.NextDouble())).ToArray())], [.. Enumerable.Range(0, users).Select(_ => random.Next(-1, items))]);
        }
    }

    [Fact]
    public void EqualsASlowEvaluationWithManyTies()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Data data = Data.Random(seed);
            var scorer = new HashScorer(data.ItemCount, levels: 3 + (seed * 2));
            SequentialRankingMetrics metrics = data.Evaluate(scorer);
            (double[] all, double[] unseen) = SlowRanks(data, scorer);
            AssertFigures(all, metrics.All);
            AssertFigures(unseen, metrics.Unseen);
            Assert.Equal(metrics.All.Ndcg(10), metrics.Ndcg(10));
            Assert.Equal(metrics.All.HitRate(10), metrics.HitRate(10));
            Assert.Equal(metrics.All.MeanReciprocalRank, metrics.MeanReciprocalRank);
            Assert.Equal((150, 60, "full"), (metrics.UserCount, metrics.ItemCount, metrics.Protocol));
            Assert.Equal(data.Histories.Zip(data.Targets).Count(user => user.First.Contains(user.Second)), metrics.RepeatedTargets);
            Assert.Equal(SlowCoverage(data, scorer), metrics.CatalogCoverage!.Value, 1e-12);
        }
    }

    [Fact]
    public void SlicesPartitionTheUsersAndAgreeWithTheWhole()
    {
        Data data = Data.Random(7, users: 400);
        SequentialRankingMetrics metrics = data.Evaluate(new HashScorer(data.ItemCount, 11));
        foreach (string group in new[] { "history", "target" })
        {
            RankingSlice[] slices = [.. metrics.Slices.Where(slice => slice.Name.StartsWith(group, StringComparison.Ordinal))];
            Assert.Equal(4, slices.Length);
            Assert.Equal(metrics.UserCount, slices.Sum(slice => slice.Users));
            Assert.Equal(metrics.Ndcg(10), slices.Sum(slice => slice.Users * slice.All.Ndcg(10)) / metrics.UserCount, 1e-9);
            Assert.Equal(metrics.Unseen.Ndcg(10), slices.Sum(slice => slice.Users * slice.Unseen.Ndcg(10)) / metrics.UserCount, 1e-9);
        }
        int Of(string name) => metrics.Slices.Single(slice => slice.Name == name).Users;
        Assert.Equal(data.Histories.Count(history => history.Length is >= 5 and <= 9), Of("history 5-9"));
        Assert.Equal(data.Histories.Count(history => history.Length >= 20), Of("history 20+"));
        Assert.Equal(data.Targets.Count(target => target < 0 || data.Counts[target] == 0), Of("target cold"));
    }

    [Fact]
    public void BandsHoldAThirdOfTheInteractionsEach()
    {
        var bands = new PopularityBands([100, 40, 30, 30, 20, 20, 20, 20, 20, 0]);
        Assert.Equal("head", bands.Of(100));
        Assert.Equal("middle", bands.Of(40));
        Assert.Equal("middle", bands.Of(30));
        Assert.Equal("tail", bands.Of(20));
        Assert.Equal("cold", bands.Of(0));
        Assert.Equal("cold", new PopularityBands([0, 0]).Of(0));
    }

    [Fact]
    public void TheSampledProtocolIsEasierSaysSoAndRepeats()
    {
        Data data = Data.Random(3);
        var scorer = new HashScorer(data.ItemCount, 1000);
        SequentialRankingMetrics sampled = data.Evaluate(scorer, RankingProtocol.Parse("sampled:10"));
        Assert.Equal("sampled:10", sampled.Protocol);
        Assert.True(sampled.HitRate(2) > data.Evaluate(scorer).HitRate(2));
        Assert.Equal(sampled.MeanReciprocalRank, data.Evaluate(scorer, RankingProtocol.Parse("sampled:10")).MeanReciprocalRank);
        Assert.Equal(data.Evaluate(scorer).Ndcg(10), data.Evaluate(scorer, RankingProtocol.Parse("sampled:59")).Ndcg(10));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Full")]
    [InlineData("sampled:")]
    [InlineData("sampled:0")]
    [InlineData("sampled:-5")]
    [InlineData("sampled:1e3")]
    public void AnUnknownProtocolIsRefused(string protocol) =>
        Assert.Contains("sampled:N", Assert.Throws<ArgumentException>(() => RankingProtocol.Parse(protocol)).Message, StringComparison.Ordinal);

    [Fact]
    public void PopularityScoresTrainingCounts()
    {
        float[] scores = new float[3];
        new PopularityScorer([4, 0, 9]).Score([1], scores);
        Assert.Equal([4, 0, 9], scores);
    }

    [Fact]
    public void LatestItemsScoreWhatTheyAddAndPopularityDecidesTies()
    {
        SparseRows after = SparseRows.Make([[], [(2, 1f)], [(0, 0.5f)], [], [(1, 9f)], [], []]), like = SparseRows.Make([[], [(0, 0.25f)], [], [], [], [], []]);
        var scorer = new LatestItemsScorer(new GainTable(after, 2, like, 4, 0.5f), [0, 7, 0, 9, 0, 8, 0]);
        float[] scores = new float[7];
        scorer.Score([4, 0, 0, 0, 2, 1], scores);
        Assert.Equal([(2 * 0.5 * 0.5) + (4 * 0.25), 0, 2], scores[..3].Select(score => Math.Round(score, 3))); // item 4 is the sixth latest
        Assert.Equal([2, 0, 3, 5, 1], Best(scores)[..5]);
        scorer.Score([], scores);
        Assert.Equal([3, 5, 1], Best(scores)[..3]);
    }

    [Fact]
    public void ItemToItemCountsWhatFollowedAndFallsBackOnEarlierItemsAndPopularity()
    {
        // 0 → 1 twice, 0 → 2 once, 3 → 4 once; 1 is the most popular, 5 never follows anything.
        int[] items = [0, 1, 0, 1, 0, 2, 3, 4, 1, 1, 5];
        var scorer = new ItemToItemScorer(items, [0, 2, 4, 6, 8, 9, 10, 11], itemCount: 7);
        float[] scores = new float[7];

        scorer.Score([0], scores);
        Assert.Equal([1, 2], Best(scores)[..2]);
        Assert.Equal(2, scores[1], 0.04);

        scorer.Score([3, 0], scores);
        Assert.Equal([1, 2, 4], Best(scores)[..3]); // 4 followed the item before, at half the weight
        Assert.Equal(0.5, scores[4], 0.04);

        scorer.Score([], scores);
        Assert.Equal([1, 0], Best(scores)[..2]); // popularity alone
        Assert.Equal(0, scores[6]);
        Assert.All(scores, score => Assert.InRange(score, 0, 0.0625f)); // it cannot outweigh a single time
    }

    [Fact]
    public void AUserWhoWasNotAddedIsNoticed()
    {
        var accumulator = new RankingAccumulator(2, [1, 2, 3], K, default);
        accumulator.Add(1, 1, float.PositiveInfinity, 3, 2);
        Assert.Contains("User 0 of 2", Assert.Throws<InvalidOperationException>(accumulator.ToMetrics).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => accumulator.Add(0, 0, 1, 3, 2));
        accumulator.Add(0, 2, 1.5f, 0, -1);
        SequentialRankingMetrics metrics = accumulator.ToMetrics();
        Assert.Null(metrics.CatalogCoverage);
        Assert.Equal(1, metrics.RepeatedTargets);
        accumulator.Add(0, 2, 1.5f, 0, -1, recommended: [2, 0]);
        Assert.Equal(2.0 / 3, accumulator.ToMetrics().CatalogCoverage);
    }

    [Fact]
    public void AScorerThatGivesNaNFailsWithItsCause()
    {
        Data data = Data.Random(1);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => data.Evaluate(new NaNScorer(data.ItemCount))).Message, StringComparison.Ordinal);
    }

    private sealed class NaNScorer(int itemCount) : IItemScorer
    {
        public int ItemCount => itemCount;

        public void Score(ReadOnlySpan<int> history, Span<float> scores) => scores.Fill(float.NaN);
    }

    private static int[] Best(float[] scores) => [.. Enumerable.Range(0, scores.Length).OrderByDescending(item => scores[item])];

    private static float[] ScoresOf(IItemScorer scorer, int[] history)
    {
        float[] scores = new float[scorer.ItemCount];
        scorer.Score(history, scores);
        return scores;
    }

    /// <summary>A rank as the mean of the best and the worst place that the ties allow, after ordering the candidates.</summary>
    private static (double[] All, double[] Unseen) SlowRanks(Data data, IItemScorer scorer)
    {
        double Rank(int user, IEnumerable<int> candidates)
        {
            int target = data.Targets[user];
            float[] scores = ScoresOf(scorer, data.Histories[user]);
            float[] ordered = [.. candidates.Select(item => scores[item]).OrderDescending()];
            return candidates.Contains(target) ? (Array.IndexOf(ordered, scores[target]) + Array.LastIndexOf(ordered, scores[target]) + 2) / 2.0
                : double.PositiveInfinity;
        }
        IEnumerable<int> catalogue = Enumerable.Range(0, data.ItemCount), users = Enumerable.Range(0, data.Targets.Length);
        return ([.. users.Select(user => Rank(user, catalogue))], [.. users.Select(user => Rank(user, catalogue.Except(data.Histories[user])))]);
    }

    private static void AssertFigures(double[] ranks, RankingFigures figures)
    {
        Assert.Equal(ranks.Average(rank => Math.Pow(rank, -1)), figures.MeanReciprocalRank, 1e-9);
        foreach (int k in K)
        {
            Assert.Equal(ranks.Average(rank => rank > k ? 0.0 : 1.0), figures.HitRate(k), 1e-9);
            Assert.Equal(ranks.Average(rank => rank > k ? 0.0 : Math.Log(2) / Math.Log(1 + rank)), figures.Ndcg(k), 1e-9);
        }
    }

    private static double SlowCoverage(Data data, IItemScorer scorer) => data.Histories.SelectMany(history =>
    {
        float[] scores = ScoresOf(scorer, history);
        return Enumerable.Range(0, data.ItemCount).Except(history).OrderByDescending(item => scores[item]).ThenBy(item => item).Take(10);
    }).Distinct().Count() / (double)data.ItemCount;
}
