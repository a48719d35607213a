using Microsoft.ML;

namespace MlNetSeqRec.Tests;

public class ItemTokenizerTests
{
    private static readonly ItemCatalogue Catalogue = new(
    [
        ("1", new ItemText("red nail polish", "opi", ["Beauty", "Nails", "Polish"])),
        ("2", new ItemText("blue nail polish", "opi", ["Beauty", "Nails", "Nails"])),
        ("3", new ItemText("hair brush", "", ["Beauty", "Hair"])),
        ("4", new ItemText("opi hair dryer nail", "red", ["Beauty", "Hair"])),
        ("5", ItemText.None),
    ]);

    private static readonly ItemTokenizer Tokenizer = ItemTokenizer.Train(Catalogue, 100);

    [Fact]
    public void RowsAreTitlePiecesThenBrandPiecesThenCategories()
    {
        ItemTokens tokens = Tokenizer.Tokenize(Catalogue);
        int pieces = Tokenizer.Vocabulary.Count;
        Assert.Equal(5, tokens.ItemCount);
        Assert.Equal(2 * pieces + 2, tokens.RowCount);
        Assert.All(tokens.Tokens, token => Assert.InRange(token, 0, tokens.RowCount - 1));
        int opi = Tokenizer.Vocabulary.Encode("opi").Single();
        Assert.Contains(opi + pieces, tokens.Of(0).ToArray());
        Assert.DoesNotContain(opi, tokens.Of(0).ToArray());
        Assert.Equal([.. Tokenizer.Vocabulary.Encode("hair brush"), 2 * pieces], tokens.Of(2).ToArray());
        Assert.Equal(0, tokens.Of(4).Length);
    }

    [Fact]
    public void CategoriesThatTellNothingAreDropped() => Assert.Equal(["Hair", "Nails"], Tokenizer.Categories); // not Beauty (all), not Polish (one)

    [Fact]
    public void ACategoryNamedTwiceIsOneToken() =>
        Assert.Single(Tokenizer.Tokenize(Catalogue).Of(1).ToArray(), token => token == 2 * Tokenizer.Vocabulary.Count + 1);

    [Fact]
    public void LongTextsAreCut()
    {
        var tokenizer = ItemTokenizer.Train(Catalogue, 100, new ItemTokenOptions { MaxTitleTokens = 2, MaxBrandTokens = 1 });
        ItemTokens tokens = tokenizer.Tokenize(new ItemCatalogue([("new", new ItemText("nail polish brush hair", "opi red", ["Unknown"]))]));
        Assert.Equal([.. tokenizer.Vocabulary.Encode("nail polish"), tokenizer.Vocabulary.Encode("opi")[0] + tokenizer.Vocabulary.Count], tokens.Tokens);
    }

    [Fact]
    public void SavedAndLoadedItGivesTheSameTokens()
    {
        byte[] saved = Saved(Tokenizer);
        ItemTokenizer loaded = ItemTokenizer.Load(new BinaryReader(new MemoryStream(saved)));
        Assert.Equal(Tokenizer.Tokenize(Catalogue).Tokens, loaded.Tokenize(Catalogue).Tokens);
        Assert.Equal(Tokenizer.Tokenize(Catalogue).Offsets, loaded.Tokenize(Catalogue).Offsets);
        for (int length = 0; length < saved.Length; length++)
        {
            Exception? thrown = Record.Exception(() => ItemTokenizer.Load(new BinaryReader(new MemoryStream(saved, 0, length))));
            Assert.True(thrown is InvalidDataException or EndOfStreamException, $"cut at {length}: {thrown}");
        }
    }

    [Fact]
    public void ACatalogueWithoutTextHasNoTokens()
    {
        var bare = ItemCatalogue.FromIds(["x", "y"]);
        ItemTokens tokens = ItemTokenizer.Train(bare, 100).Tokenize(bare);
        Assert.Empty(tokens.Tokens);
        Assert.Equal(0, tokens.RowCount);
        Assert.Equal(2, tokens.ItemCount);
    }

    [Fact]
    public void TokensAreThoseOfWholeTexts()
    {
        var many = new ItemCatalogue(Enumerable.Range(0, 9000).Select(i => ($"{i}", new ItemText($"{Titles.All[i % 20]} {i}", Titles.All[i % 7], ["a", $"{i % 3}"]))));
        var tokenizer = ItemTokenizer.Train(many, 500);
        ItemTokens tokens = tokenizer.Tokenize(many);
        for (int item = 0; item < many.Count; item++)
        {
            (string title, string brand, _) = many.TextOf(item);
            Assert.Equal(
                [.. tokenizer.Vocabulary.Encode(title).Take(40), .. tokenizer.Vocabulary.Encode(brand).Take(8).Select(piece => piece + tokenizer.PieceCount)],
                tokens.Of(item)[..^1].ToArray());
        }
    }

    [Fact]
    public void SeveralSourcesGiveOneVocabularyAsIfTheyWereOne()
    {
        var ml = new MLContext(1);
        IDataView View(IEnumerable<string> titles) => ml.Data.LoadFromEnumerable(titles.Select((title, i) => new Row { ItemId = $"{i}", Title = title }));
        var together = ItemTokenizer.Learn([View(Titles.All)], 300);
        var apart = ItemTokenizer.Learn([View(Titles.All[..9]), View(Titles.All[9..])], 300);
        Assert.InRange(together.PieceCount, 100, 300);
        Assert.Equal(Saved(together), Saved(apart));
        Assert.ThrowsAny<ArgumentException>(() => ItemTokenizer.Learn([View(Titles.All)], 0));
    }

    [Fact]
    public void AFileIsReadBackAndABadOneIsNamed()
    {
        using var folder = new Data.TemporaryFolder();
        string path = folder["vocabulary.bin"];
        Tokenizer.Save(path);
        Assert.Equal(Saved(Tokenizer), Saved(ItemTokenizer.Load(path)));
        byte[] whole = File.ReadAllBytes(path);
        byte[] otherVersion = [.. whole];
        otherVersion["seqrec vocabulary\n".Length]++;
        foreach (byte[] bad in new[] { [], whole[..^1], whole[..10], [.. whole, 0], otherVersion, "no vocabulary at all"u8.ToArray() })
        {
            folder.Write("vocabulary.bin", bad);
            string message = Assert.Throws<InvalidDataException>(() => ItemTokenizer.Load(path)).Message;
            Assert.Contains(path, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
        folder.Write("vocabulary.bin", otherVersion);
        Assert.Contains("format 2", Assert.Throws<InvalidDataException>(() => ItemTokenizer.Load(path)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => ItemTokenizer.Load(folder["absent.bin"]));
    }

    [Fact]
    public void StrangeTextsAreTakenAsTheyAre()
    {
        string long1 = new('x', 1_000_000), long2 = string.Concat(Enumerable.Repeat("word ", 200_000));
        string[] strange = [long1, long2, "💅🏽💅", "\ud83d", "\udc85\ud83d a\udc85b", "\0", "\uffff", new('\u0301', 1000)];
        var items = new ItemCatalogue(strange.Select((text, i) => ($"{i}", new ItemText(text, text, [text]))));
        var tokenizer = ItemTokenizer.Train(items, 1000);
        ItemTokens tokens = tokenizer.Tokenize(items);
        Assert.Equal(48, tokens.Of(1).Length);
        Assert.Equal(0, tokens.Of(2).Length);
        Assert.All(tokens.Tokens, token => Assert.InRange(token, 0, tokens.RowCount - 1));
        Assert.Equal(tokens.Tokens, ItemTokenizer.Load(new BinaryReader(new MemoryStream(Saved(tokenizer)))).Tokenize(items).Tokens);
    }

    private sealed class Row
    {
        public string ItemId { get; set; } = "";
        public string Title { get; set; } = "";
    }

    private static byte[] Saved(ItemTokenizer tokenizer)
    {
        using var stream = new MemoryStream();
        tokenizer.Save(new BinaryWriter(stream));
        return stream.ToArray();
    }
}
