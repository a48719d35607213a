namespace MlNetSeqRec.Tests;

public class MarkovTests
{
    /// <summary>After c came d once; after the items before it e came more often. The chain of first order looks at c alone.</summary>
    [Fact]
    public void OnlyTheLatestItemCounts()
    {
        int[] items = [0, 4, 0, 4, 0, 4, 2, 3];
        long[] offsets = [0, 2, 4, 6, 8];
        Assert.Equal(3, Best(new ItemToItemScorer(items, offsets, 5, steps: 1)));
        Assert.Equal(4, Best(new ItemToItemScorer(items, offsets, 5)));

        static int Best(ItemToItemScorer scorer)
        {
            var scores = new float[5];
            scorer.Score([0, 2], scores);
            return Array.IndexOf(scores, scores.Max());
        }
    }
}
