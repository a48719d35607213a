using CsCheck;

namespace MlNetSeqRec.Tests.Reranking;

/// <summary>Which items are re-ranked, and what is known of them.</summary>
public class CandidateTests
{
    [Fact]
    public void TheBestUnseenItemsAreCandidatesAndSeenOnesThatScoreAboveTheLastOfThem() => Gen.Select(
        Gen.Int[0, 4].Select(score => (float)score).Array[1, 30], Gen.Int[-1, 29].Array[0, 12], Gen.Int[1, 12], Gen.Bool).Sample((scores, history, count, withHistory) =>
    {
        history = [.. history.Where(item => item < scores.Length)];
        float[] before = [.. scores];
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(item => scores[item]).ThenBy(item => item)];
        int[] unseen = [.. order.Except(history).Take(count)];
        float least = unseen.Length < count ? float.NegativeInfinity : scores[unseen[^1]];
        int[] expected = [.. order.Where(item => unseen.Contains(item) || (withHistory && history.Contains(item) && scores[item] > least))];
        (int[] items, float[] own) = CandidateList.Choose(scores, history, count, withHistory);
        Assert.Equal(expected, items);
        Assert.Equal(items.Select(item => before[item]), own);
        Assert.Equal(before, scores);
    });

    [Fact]
    public void TextIsAlikeByItsRareWords()
    {
        var items = new ItemCatalogue(
        [
            ("a", new ItemText("Red Lipstick", "Lux", ["Beauty", "Lips"])), ("b", new ItemText("the LIPSTICK", "Lux", ["Beauty", "Lips"])),
            ("c", new ItemText("the brush", "Other", ["Beauty", "Tools"])), ("d", ItemText.None),
        ]);
        TermVectors words = TermVectors.OfWords(items);
        Assert.Equal(1, words.Cosine(0, 0), 1e-6f);
        float lipstick = MathF.Log(2), red = MathF.Log(4), the = MathF.Log(2);
        Assert.Equal(lipstick * lipstick / MathF.Sqrt(((red * red) + (lipstick * lipstick)) * ((the * the) + (lipstick * lipstick))), words.Cosine(0, 1), 1e-6f);
        Assert.Equal((0f, 0f), (words.Cosine(0, 2), words.Cosine(0, 3)));
        Assert.Equal(words.Cosine(0, 1), words.Cosine(0, words.Sum([1], [0.5f])), 1e-6f);
        Assert.Equal((1f, 0f), (TermVectors.OfBrands(items).Cosine(0, 1), TermVectors.OfBrands(items).Cosine(0, 2)));
        Assert.True(TermVectors.OfCategories(items).Cosine(0, 1) > TermVectors.OfCategories(items).Cosine(0, 2));
    }

    [Fact]
    public void CountsTimesAndPricesAreOfTheTrainingPartAndComeBackFromAFile()
    {
        ItemCatalogue items = ItemCatalogue.FromIds(["a", "b", "c", "d"]);
        var histories = new EncodedHistories([0, 1, 2, 0, 1], [0, 3, 5], null);
        ItemStatistics counted = ItemStatistics.Count(items, histories, [(0, 0), (1, 50), (1, 99), (2, 100)], [2, float.NaN, 0, 5]);
        using var stream = new MemoryStream();
        counted.Save(new BinaryWriter(stream));
        ItemStatistics read = ItemStatistics.Load(new BinaryReader(new MemoryStream(stream.ToArray())));
        foreach (ItemStatistics some in new[] { counted, read })
        {
            Assert.Equal([2, 2, 1, 0], some.Popularity);
            Assert.Equal([(1, 2)], some.Followers.TimesAfter(0));
            Assert.Equal([(1, 2), (2, 1)], some.Near.WeightsOf(0));
            Assert.Equal([1, 0.01f, 0, 1], some.SinceLast);
            Assert.Equal([0, 0.5f, 1, 0], some.RecentShare);
            Assert.Equal([MathF.Log(3), float.NaN, 0, MathF.Log(6)], some.LogPrice);
            Assert.Equal(ItemStatistics.Identify(items), some.CatalogueId);
        }

        Assert.NotEqual(ItemStatistics.Identify(items), ItemStatistics.Identify(ItemCatalogue.FromIds(["b", "a", "c", "d"])));
    }
}
