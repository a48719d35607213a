using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.Scoring;

/// <summary>The best items by one pass in C# and by tiles of tensors are those of sorting the full matrix of scores.</summary>
public class SearchTests
{
    private static readonly Gen<float[]> Scores = Gen.OneOf(
        Gen.Int[-3, 3].Select(score => (float)score).Array[1, 100],
        Gen.Float[-1, 1].Array[1, 100],
        Gen.Int[0, 3].Select(i => new[] { float.NegativeInfinity, 0f, -0f, 1f }[i]).Array[1, 60]);

    [Fact]
    public void OnePassGivesTheFirstOfASort() => Gen.Select(Scores, Gen.Int[1, 120]).Sample((scores, count) =>
    {
        (int[] items, float[] best) = BestItems.Select(scores, count);
        Assert.Equal(Sorted(scores, count), items);
        Assert.Equal(items.Select(item => scores[item]), best);
    });

    // Whole numbers, so that sums are exact in any order; few of them, so that scores are often equal.
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 15, 10)]
    [InlineData(7, 16, 3)]
    [InlineData(3, 17, 40)]
    [InlineData(33, 1000, 10)]
    [InlineData(70, 20_011, 10)]
    [InlineData(5, 20_000, 100)]
    public void TilesGiveTheFirstOfASort(int users, int items, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(items);
        Tensor states = randint(-2, 3, [users, 6]).to(ScalarType.Float32);
        Tensor vectors = randint(-2, 3, [items, 6]).to(ScalarType.Float32);
        var draw = new Random(items);
        foreach (TiledSearchOptions options in Options())
        {
            foreach (int most in new[] { 0, 3, items })
            {
                ReadOnlyMemory<int>[] excluded = [.. Enumerable.Range(0, users).Select(_ => (ReadOnlyMemory<int>)Draw(draw.Next(Math.Min(most, 500) + 1)))];
                AssertTop(states, vectors, excluded, count, options);
            }
        }

        int[] Draw(int number) => [.. Enumerable.Range(0, number).Select(_ => draw.Next(-1, items))];
    }

    [Fact]
    public void TilesLeaveOutExcludedItemsThatWouldHaveBeenTheBest()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor vectors = arange(1000).to(ScalarType.Float32).unsqueeze(1);
        ReadOnlyMemory<int>[] excluded = [Enumerable.Range(900, 100).ToArray(), Enumerable.Range(0, 998).ToArray(), Enumerable.Range(0, 1000).ToArray()];
        AssertTop(ones(3, 1), vectors, excluded, 5, new TiledSearchOptions());
    }

    [Fact]
    public void SixteenBitsFindNearlyAllAndGiveExactScores()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(3);
        Tensor states = randn(50, 32);
        Tensor vectors = randn(20_000, 32);
        using var search = new TiledSearch(vectors, new TiledSearchOptions { Coarse = ScalarType.BFloat16 });
        (Tensor scores, Tensor items) = search.Top(states, 10);
        Tensor full = states.mm(vectors.t());
        Assert.True(allclose(full.gather(1, items), scores, 1e-4, 1e-4));
        (_, Tensor expected) = full.topk(10, dim: 1);
        Assert.True((items.unsqueeze(2) == expected.unsqueeze(1)).sum().item<long>() >= 498);
    }

    [Fact]
    public void SearchingLeavesNoTensors()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor states = randn(40, 8);
        Tensor vectors = randn(3000, 8);
        long Live()
        {
            using (NewDisposeScope())
            {
                using var search = new TiledSearch(vectors, new TiledSearchOptions { Users = 16, Coarse = ScalarType.BFloat16 });
                search.Top(states, 5, ExcludedPairs.Make([.. Enumerable.Repeat((ReadOnlyMemory<int>)new[] { 1, 2 }, 40)], CPU));
            }

            return DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }

        Assert.Equal(Live(), Live());
    }

    private static IEnumerable<TiledSearchOptions> Options() =>
    [
        new(),
        new() { Users = 3, TileBytes = 1, GatherBytes = 1 },
        new() { Block = 5, TileBytes = 4000, GatherBytes = 5000, MaximaBytes = 20_000 },
    ];

    private static void AssertTop(Tensor states, Tensor vectors, ReadOnlyMemory<int>[] excluded, int count, TiledSearchOptions options)
    {
        using var search = new TiledSearch(vectors, options);
        (Tensor scores, Tensor items) = search.Top(states, count, ExcludedPairs.Make(excluded, CPU));
        float[] full = states.mm(vectors.t()).Values<float>();
        (float[] best, long[] found) = (scores.Values<float>(), items.Values<long>());
        (int users, int all, int columns) = ((int)states.shape[0], (int)vectors.shape[0], Math.Min(count, (int)vectors.shape[0]));
        Assert.Equal([users, columns], scores.shape);
        for (int user = 0; user < users; user++)
        {
            float[] own = full[(user * all)..((user + 1) * all)];
            foreach (int item in excluded[user].ToArray().Where(item => item >= 0))
                own[item] = float.NegativeInfinity;
            int[] expected = Sorted(own, columns);
            Assert.Equal(expected, found.Skip(user * columns).Take(expected.Length).Select(item => (int)item));
            Assert.Equal(expected.Select(item => own[item]), best.Skip(user * columns).Take(expected.Length));
            Assert.All(best.Skip((user * columns) + expected.Length).Take(columns - expected.Length), score => Assert.Equal(float.NegativeInfinity, score));
        }
    }

    // Best first, of equal scores the lower index first, without what scores minus infinity.
    private static int[] Sorted(float[] scores, int count) =>
        [.. Enumerable.Range(0, scores.Length).Where(item => scores[item] > float.NegativeInfinity).OrderByDescending(item => scores[item]).Take(count)];
}
