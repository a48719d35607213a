namespace MlNetSeqRec.Tests.Scoring;

/// <summary>What items add to others: the rows, and what came soon after an item.</summary>
public sealed class SparseRowsTests
{
    private static readonly SparseRows _rows = SparseRows.Make([[(2, 1f), (0, 3f)], [], [(1, 2f), (2, 2f), (0, 1f)]]);

    [Fact]
    public void ItemsAreAscendingAndTheGreatestAreKept()
    {
        Assert.Equal([(0, 3f), (2, 1f)], _rows.Of(0));
        Assert.Empty(_rows.Of(1));
        SparseRows two = SparseRows.Make([_rows.Of(0), _rows.Of(1), _rows.Of(2)], 1);
        Assert.Equal([(0, 3f)], two.Of(0));
        Assert.Equal([(1, 2f)], two.Of(2)); // of equal ones the first
    }

    [Fact]
    public void FollowersCountLessTheFurtherTheyAre()
    {
        SparseRows followers = Followers.Count([0, 1, 2, 3, 4, 0, 1, 1], [0, 5, 8], 5);
        (int Item, float Value)[] ofFirst = followers.Of(0);
        Assert.Equal([1, 2, 3], ofFirst.Select(pair => pair.Item)); // the fourth step, and the other sequence, do not count
        Assert.Equal([MathF.Log(1 + 1 + 1 + 0.5f), MathF.Log(1.5f), MathF.Log(1 + (1f / 3))], ofFirst.Select(pair => pair.Value), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(MathF.Log(2), followers.Of(1).Single(pair => pair.Item == 1).Value, 1e-6f); // an item that comes after itself
        Assert.Empty(followers.Of(4));
    }

    [Fact]
    public void OfTooManySequencesEverySecondIsCounted()
    {
        int[] items = [0, 1, 2, 0, 2, 2, 0, 1, 1];
        long[] starts = [0, 3, 6, 9];
        SparseRows some = Followers.Count(items, starts, 3, mostCounted: 20), without = Followers.Count([0, 1, 2, 0, 1, 1], [0, 3, 6], 3);
        Assert.All(Enumerable.Range(0, 3), item => Assert.Equal(without.Of(item), some.Of(item)));
        Assert.NotEqual(Followers.Count(items, starts, 3).Of(0), some.Of(0));
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    public void DamagedRowsAreRefused(float value)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        SparseRows.Make([[(1, value)], []]).Save(writer);
        stream.Position = 0;
        Assert.Throws<InvalidDataException>(() => SparseRows.Load(new BinaryReader(stream), 2));
    }
}
