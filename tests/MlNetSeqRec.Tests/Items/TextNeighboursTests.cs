namespace MlNetSeqRec.Tests.Items;

public sealed class TextNeighboursTests
{
    // Five items over the tokens 0 to 5; token 0 is of all and says nothing, token 5 of one.
    private static readonly int[][] _tokens = [[0, 1, 2], [0, 1, 2, 2], [0, 2, 3], [0, 4], [0, 5]];

    [Fact]
    public void CosinesAreThoseOfRarities()
    {
        TextNeighbours near = TextNeighbours.Find(Of(_tokens))!;
        double one = Math.Log(5 / 2.0), two = Math.Log(5 / 3.0), three = Math.Log(5 / 1.0);
        (int Item, float Cosine)[] ofFirst = near.Of(0).ToArray();
        Assert.Equal([1, 2], ofFirst.Select(other => other.Item));
        Assert.Equal(1, ofFirst[0].Cosine, 1e-5); // a token that comes twice counts once
        Assert.Equal(two * two / (Math.Sqrt((one * one) + (two * two)) * Math.Sqrt((two * two) + (three * three))), ofFirst[1].Cosine, 1e-5);
        Assert.Equal(ofFirst[1].Cosine, near.Of(2).ToArray().Single(other => other.Item == 0).Cosine, 1e-5);
        Assert.Empty(near.Of(3).ToArray());
    }

    [Fact]
    public void TheNearestOfManyAreKeptAndItemsWithoutTextHaveNone()
    {
        int[][] tokens = [.. Enumerable.Range(0, 60).Select(item => item == 59 ? [] : new[] { 1 + (item / 30), 3 + (item % 7) })];
        TextNeighbours near = TextNeighbours.Find(Of(tokens))!;
        Assert.Equal(20, near.Of(0).Length);
        Assert.Equal([7, 14, 21, 28], near.Of(0).ToArray().Where(other => other.Cosine > 0.999f).Select(other => other.Item));
        Assert.Equal(near.Of(0).ToArray().OrderByDescending(other => other.Cosine), near.Of(0).ToArray());
        Assert.Empty(near.Of(59).ToArray());
    }

    [Fact]
    public void CommonTokensArePassedOverWhereTheSearchWouldBeLong()
    {
        int[][] tokens = [.. Enumerable.Range(0, 60).Select(item => new[] { item / 30, 2 + (item / 6) })]; // each of 30 and of 6 items
        Assert.Equal(20, TextNeighbours.Find(Of(tokens))!.Of(0).Length);
        Assert.Equal([1, 2, 3, 4, 5], TextNeighbours.Find(Of(tokens), mostAdditions: 10 * 6 * 6)!.Of(0).ToArray().Select(other => other.Item));
        Assert.Empty(TextNeighbours.Find(Of(tokens), mostAdditions: 35)!.Of(0).ToArray());
    }

    private static ItemTokens Of(int[][] tokens)
    {
        int[] offsets = [0, .. tokens.Select((_, item) => tokens.Take(item + 1).Sum(own => own.Length))];
        return new ItemTokens([.. tokens.SelectMany(own => own)], offsets, 1 + tokens.SelectMany(own => own).Max());
    }
}
