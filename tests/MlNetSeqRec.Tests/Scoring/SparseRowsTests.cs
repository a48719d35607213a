namespace MlNetSeqRec.Tests.Scoring;

/// <summary>What items add to others: the rows, their sums, and what came soon after an item.</summary>
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
    public void SumsHaveTheItemsOfBoth()
    {
        SparseRows others = SparseRows.Make([[(1, 5f), (2, 1f)], [(0, 1f)], []]);
        SparseRows sum = SparseRows.Sum(_rows, 2, others, 0.5f)!;
        Assert.Equal([(0, 6f), (1, 2.5f), (2, 2.5f)], sum.Of(0));
        Assert.Equal([(0, 0.5f)], sum.Of(1));
        Assert.Equal([(0, 2f), (1, 4f), (2, 4f)], sum.Of(2));
        Assert.Equal(others.Of(0), SparseRows.Sum(_rows, 0, others, 1)!.Of(0));
        Assert.Equal(_rows.Of(2), SparseRows.Sum(_rows, 1, null, 3)!.Of(2));
        Assert.Null(SparseRows.Sum(_rows, 0, null, 3));
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
