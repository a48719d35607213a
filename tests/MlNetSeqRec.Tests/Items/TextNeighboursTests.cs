namespace MlNetSeqRec.Tests.Items;

public sealed class TextNeighboursTests
{
    // Five items over the tokens 0 to 5; token 0 is of all and says nothing, token 5 of one.
    private static readonly int[][] _tokens = [[0, 1, 2], [0, 1, 2, 2], [0, 2, 3], [0, 4], [0, 5]];

    [Fact]
    public void CosinesAreThoseOfRarities()
    {
        SparseRows near = Find(_tokens);
        double one = Math.Log(5 / 2.0), two = Math.Log(5 / 3.0), three = Math.Log(5 / 1.0);
        (int Item, float Cosine)[] ofFirst = near.Of(0);
        Assert.Equal([1, 2], ofFirst.Select(other => other.Item));
        Assert.Equal(1, ofFirst[0].Cosine, 1e-5); // a token that comes twice counts once
        Assert.Equal(two * two / (Math.Sqrt((one * one) + (two * two)) * Math.Sqrt((two * two) + (three * three))), ofFirst[1].Cosine, 1e-5);
        Assert.Equal(ofFirst[1].Cosine, near.Of(2).Single(other => other.Item == 0).Value, 1e-5);
        Assert.Empty(near.Of(3));
    }

    [Fact]
    public void TheNearestOfManyAreKeptAndItemsWithoutTextHaveNone()
    {
        int[][] tokens = [.. Enumerable.Range(0, 300).Select(item => item == 299 ? [] : new[] { 1 + (item / 100), 4 + (item % 7) })];
        SparseRows near = Find(tokens);
        (int Item, float Value)[] ofFirst = near.Of(0);
        Assert.Equal(100, ofFirst.Length);
        Assert.Equal(Enumerable.Range(1, 14).Select(i => 7 * i), ofFirst.Where(other => other.Value > 0.999f).Select(other => other.Item));
        Assert.Equal(ofFirst.OrderBy(other => other.Item), ofFirst);
        Assert.Empty(near.Of(299));
    }

    [Fact]
    public void CommonTokensArePassedOverWhereTheSearchWouldBeLong()
    {
        int[][] tokens = [.. Enumerable.Range(0, 60).Select(item => new[] { item / 30, 2 + (item / 6) })]; // each of 30 and of 6 items
        Assert.Equal(29, Find(tokens).Of(0).Length);
        Assert.Equal([1, 2, 3, 4, 5], Find(tokens, 60 * 35).Of(0).Select(other => other.Item));
        Assert.Empty(Find(tokens, 60 * 5).Of(0));
    }

    [Fact]
    public void TheSearchStopsWhenAsked() =>
        Assert.Throws<OperationCanceledException>(() => TextNeighbours.Find(Of(_tokens), cancellation: new CancellationToken(canceled: true)));

    private static SparseRows Find(int[][] tokens, double mostAdditions = double.MaxValue) =>
        TextNeighbours.Find(Of(tokens), mostAdditions, TestContext.Current.CancellationToken)!;

    private static ItemTokens Of(int[][] tokens)
    {
        int[] offsets = [0, .. tokens.Select((_, item) => tokens.Take(item + 1).Sum(own => own.Length))];
        return new ItemTokens([.. tokens.SelectMany(own => own)], offsets, 1 + tokens.SelectMany(own => own).Max());
    }
}
