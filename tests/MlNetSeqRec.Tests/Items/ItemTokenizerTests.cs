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
        using var stream = new MemoryStream();
        Tokenizer.Save(new BinaryWriter(stream));
        byte[] saved = stream.ToArray();
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
}
