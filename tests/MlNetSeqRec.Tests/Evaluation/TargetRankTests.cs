using CsCheck;

namespace MlNetSeqRec.Tests;

public class TargetRankTests
{
    /// <summary>Few distinct scores, so that ties abound, and a few infinities as a mask leaves them.</summary>
    private static readonly Gen<float[]> Scores = Gen.OneOf(
        Gen.Int[-3, 3].Select(score => (float)score).Array[1, 70],
        Gen.Float[-1, 1].Array[1, 70],
        Gen.Int[0, 4].Select(i => new[] { float.NegativeInfinity, 0f, -0f, 1f, float.PositiveInfinity }[i]).Array[1, 40]);

    [Fact]
    public void TheRankEqualsThatOfSorting() => Scores.SelectMany(scores => Gen.Int[0, scores.Length - 1].Select(target => (scores, target)))
        .Sample(test => Assert.Equal(Slow(test.scores, test.target, []), TargetRank.Among(test.scores, test.target), 1e-9));

    [Fact]
    public void TheRankWithExclusionsEqualsThatOfSorting() => Scores
        .SelectMany(scores => Gen.Select(Gen.Int[0, scores.Length - 1], Gen.Int[-2, scores.Length + 2].Array[0, 30])
            .Select((target, excluded) => (scores, target, excluded)))
        .Sample(test =>
        {
            double expected = Slow(test.scores, test.target, test.excluded);
            double actual = TargetRank.Among(test.scores, test.target, test.excluded);
            Assert.True(double.IsInfinity(expected) ? double.IsPositiveInfinity(actual) : Math.Abs(expected - actual) < 1e-9, $"{expected} {actual}");
        });

    [Fact]
    public void HandComputed()
    {
        float[] scores = [5, 3, 3, 3, 1];
        Assert.Equal(1, TargetRank.Among(scores, 0));
        Assert.Equal(3, TargetRank.Among(scores, 2)); // one above, two others equal: 1 + 1 + 2 / 2
        Assert.Equal(5, TargetRank.Among(scores, 4));
        Assert.Equal(2, TargetRank.Among(scores, 2, [0, 0]));
        Assert.Equal(2.5f, TargetRank.Among(scores, 2, [1]));
        Assert.Equal(float.PositiveInfinity, TargetRank.Among(scores, 2, [4, 2]));
        Assert.Equal(float.PositiveInfinity, TargetRank.Among(scores, -1));
        Assert.Equal(float.PositiveInfinity, TargetRank.Among(scores, 5));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(36)]
    public void NaNIsRefused(int at)
    {
        float[] scores = new float[37];
        scores[at] = float.NaN;
        Assert.Throws<ArgumentException>(() => TargetRank.Among(scores, 3));
        Assert.Throws<ArgumentException>(() => TargetRank.Among(scores, at));
        Assert.Throws<ArgumentException>(() => TargetRank.Among(scores, 3, [1, at]));
    }

    [Fact]
    public void SamplingAsManyAsThereAreIsFullRanking() => Scores.SelectMany(scores => Gen.Int[0, scores.Length - 1].Select(target => (scores, target)))
        .Sample(test => Assert.Equal(TargetRank.Among(test.scores, test.target, [1]), TargetRank.Sampled(test.scores, test.target, [1], 100, 1, 1)));

    [Fact]
    public void SampledNegativesAreDistinctAllowedAndUniform()
    {
        // One item at a time scores above the target: how often the rank is 2 tells how often that item is drawn.
        int[] excluded = [3, 3, 7, 9];
        const int items = 12, target = 5, negatives = 4, users = 20_000;
        double total = 0;
        for (int item = 0; item < items; item++)
        {
            float[] scores = new float[items];
            scores[target] = 1;
            if (item != target)
                scores[item] = 2;
            double drawn = 0;
            for (int user = 0; user < users; user++)
            {
                float rank = TargetRank.Sampled(scores, target, excluded, negatives, seed: 4, user);
                Assert.True(rank is 1 or 2); // never twice the same negative
                drawn += rank - 1;
            }
            total += drawn / users;
            bool allowed = item != target && !excluded.Contains(item);
            Assert.InRange(drawn / users, allowed ? 0.48 : 0, allowed ? 0.52 : 0); // 4 of 8
        }
        Assert.Equal(negatives, total, 1e-9); // each user has exactly four: the draws do not depend on the scores
    }

    [Fact]
    public void SamplingDependsOnSeedAndUserOnly()
    {
        float[] scores = [.. Enumerable.Range(0, 1000).Select(i => (float)(i * 7919 % 1000))];
        float[] Ranks(int seed) => [.. Enumerable.Range(0, 50).Select(user => TargetRank.Sampled(scores, 500, [], 100, seed, user))];
        Assert.Equal(Ranks(1), Ranks(1));
        Assert.NotEqual(Ranks(1), Ranks(2));
        Assert.True(Ranks(1).Distinct().Count() > 10);
    }

    /// <summary>The mean place of the target over all orders of its ties: where its score begins and ends in the sorted candidates.</summary>
    private static double Slow(float[] scores, int target, int[] excluded)
    {
        if (excluded.Contains(target))
            return double.PositiveInfinity;
        List<float> sorted = [.. scores.Where((_, item) => !excluded.Contains(item)).OrderDescending()];
        int first = sorted.FindIndex(score => score == scores[target]), last = sorted.FindLastIndex(score => score == scores[target]);
        return 1 + ((first + last) / 2.0);
    }
}
