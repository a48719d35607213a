using System.Diagnostics;
using CsCheck;

namespace MlNetSeqRec.Tests;

public class RankingFiguresTests
{
    private static readonly int[] K = [1, 5, 10];

    [Fact]
    public void HandComputed()
    {
        var figures = new RankingFigures([1, 2.5f, 10, 11, float.PositiveInfinity], [10, 1, 10], seed: 1);
        Assert.Equal([1, 10], figures.K);
        Assert.Equal(0.2, figures.HitRate(1), 1e-12);
        Assert.Equal(0.6, figures.HitRate(10), 1e-12);
        Assert.Equal((1 + (1 / Math.Log2(3.5)) + (1 / Math.Log2(11))) / 5, figures.Ndcg(10), 1e-12);
        Assert.Equal((1 + 0.4 + 0.1 + (1.0 / 11)) / 5, figures.MeanReciprocalRank, 1e-12);
    }

    [Fact]
    public void EqualTheDefinitionUserByUser() => Gen.OneOf(Gen.Int[2, 60].Select(half => half / 2f), Gen.Const(float.PositiveInfinity)).Array[1, 200]
        .Sample(ranks =>
        {
            var figures = new RankingFigures(ranks, K, seed: 1);
            double reciprocal = 0;
            foreach (float rank in ranks)
                reciprocal += float.IsInfinity(rank) ? 0 : 1.0 / rank / ranks.Length;
            Assert.Equal(reciprocal, figures.MeanReciprocalRank, 1e-9);
            foreach (int k in K)
            {
                double hits = 0, gain = 0;
                foreach (float rank in ranks.Where(rank => rank <= k))
                {
                    hits++;
                    gain += Math.Log(2) / Math.Log(rank + 1.0);
                }
                Assert.Equal(hits / ranks.Length, figures.HitRate(k), 1e-9);
                Assert.Equal(gain / ranks.Length, figures.Ndcg(k), 1e-9);
            }
        });

    [Fact]
    public void AnotherKIsRefusedByName()
    {
        var figures = new RankingFigures([1, 2], K, seed: 1);
        foreach (Action ask in new Action[] { () => figures.HitRate(7), () => figures.Ndcg(7), () => figures.HitRateInterval(7), () => figures.NdcgInterval(7) })
            Assert.Contains("k = 1, 5, 10", Assert.Throws<ArgumentOutOfRangeException>(ask).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankingFigures([1], [0, 5], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankingFigures([1], [], 1));
        Assert.Throws<ArgumentException>(() => new RankingFigures([], K, 1));
    }

    [Fact]
    public void IntervalsHoldTheMeanAndNarrowWithMoreUsers()
    {
        RankingFigures few = Geometric(200, 1), many = Geometric(20_000, 1);
        foreach (RankingFigures figures in new[] { few, many })
        {
            AssertInside(figures.HitRate(5), figures.HitRateInterval(5));
            AssertInside(figures.Ndcg(5), figures.NdcgInterval(5));
            AssertInside(figures.MeanReciprocalRank, figures.MeanReciprocalRankInterval);
        }
        double narrowing = Width(few.NdcgInterval(5)) / Width(many.NdcgInterval(5));
        Assert.InRange(narrowing, 7, 14); // the square root of 100
        Assert.Equal(few.NdcgInterval(5), Geometric(200, 1).NdcgInterval(5));
    }

    [Fact]
    public void AnIntervalHasTheWidthOfTheBinomial()
    {
        float[] ranks = [.. Enumerable.Range(0, 4000).Select(user => user % 10 == 0 ? 1f : 100f)];
        double expected = 2 * 1.96 * Math.Sqrt(0.1 * 0.9 / ranks.Length);
        Assert.InRange(Width(new RankingFigures(ranks, K, seed: 3).HitRateInterval(10)) / expected, 0.9, 1.1);
        Assert.Equal(new ConfidenceInterval(1, 1), new RankingFigures([1, 1, 1], K, seed: 3).HitRateInterval(1));
    }

    [Fact]
    public void IntervalsHoldTheTruthAboutNinetyFiveTimesInAHundred()
    {
        double truth = 1 - Math.Pow(0.8, 5); // P(rank <= 5) of the geometric distribution
        int held = Enumerable.Range(0, 300).Count(trial => Holds(Geometric(300, trial).HitRateInterval(5), truth));
        Assert.InRange(held, 271, 298); // 285 expected, with a standard deviation of 4
    }

    [Fact]
    public void IntervalsOfManyUsersAreQuick()
    {
        float[] ranks = [.. Enumerable.Range(0, 22_000).Select(user => (user * 7919 % 24_000 / 2f) + 1)];
        var watch = Stopwatch.StartNew();
        _ = new RankingFigures(ranks, K, seed: 1).MeanReciprocalRankInterval;
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5); // a few tenths on a quiet machine
    }

    private static RankingFigures Geometric(int users, int seed)
    {
        var random = new Random(seed);
        return new RankingFigures(Enumerable.Range(0, users).Select(_ => 1 + MathF.Floor((float)(Math.Log(1 - random.NextDouble()) / Math.Log(0.8)))), [5], seed);
    }

    private static bool Holds(ConfidenceInterval interval, double value) => interval.Lower <= value && value <= interval.Upper;

    private static void AssertInside(double value, ConfidenceInterval interval) => Assert.InRange(value, interval.Lower, interval.Upper);

    private static double Width(ConfidenceInterval interval) => interval.Upper - interval.Lower;
}
