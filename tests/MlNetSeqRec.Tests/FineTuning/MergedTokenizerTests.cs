namespace MlNetSeqRec.Tests.FineTuning;

/// <summary>Vocabularies merged: nothing of the target's text is dropped, nothing known moves.</summary>
public class MergedTokenizerTests
{
    private static readonly ItemCatalogue _known = Catalogue("cream soap", "soap bar", "cream bar", "soap cream");
    private static readonly ItemTokenizer _tokenizer = ItemTokenizer.Train(_known, 60);

    [Fact]
    public void KnownTokensStayWhatTheyWere()
    {
        MergedTokenizer merged = MergedTokenizer.Make(_tokenizer, _known, Catalogue("soap", "lotion", "lotion"), 20);
        ItemTokens before = _tokenizer.Tokenize(_known), after = merged.Tokenizer.Tokenize(_known);
        Assert.Equal(before.Tokens, after.Tokens.Select(row => Assert.Single(merged.Rows[row].KnownRows)));
        Assert.All(after.Tokens, row => Assert.True(merged.Rows[row].IsKnown));
        Assert.Equal(merged.Tokenizer.RowCount, merged.Rows.Count);
        Assert.Equal(Enumerable.Range(0, _tokenizer.Vocabulary.Count), merged.Rows.Where(row => row.IsKnown).Select(row => row.KnownRows[0]).Order());
    }

    [Fact]
    public void NewCharactersGetRowsInPlaceOfBeingDropped()
    {
        ItemCatalogue target = Catalogue("крем soap", "крем bar");
        Assert.Single(_tokenizer.Tokenize(target).Of(0).ToArray());
        MergedTokenizer merged = MergedTokenizer.Make(_tokenizer, _known, target, newPieces: 0);
        int[] tokens = merged.Tokenizer.Tokenize(target).Of(0).ToArray();
        Assert.Equal(5, tokens.Length);
        Assert.All(tokens[..4], row => Assert.Empty(merged.Rows[row].KnownRows));
        MergedTokenizer words = MergedTokenizer.Make(_tokenizer, _known, target, newPieces: 20);
        Assert.Equal(2, words.Tokenizer.Tokenize(target).Of(0).Length);
    }

    [Fact]
    public void AWordThatBecomesOneTokenBeginsAsTheSumOfItsPieces()
    {
        ItemCatalogue target = Catalogue("creamsoap", "creamsoap bar");
        MergedTokenizer merged = MergedTokenizer.Make(_tokenizer, _known, target, newPieces: 40);
        int row = Assert.Single(merged.Tokenizer.Tokenize(target).Of(0).ToArray());
        Assert.False(merged.Rows[row].IsKnown);
        Assert.Equal(1, merged.Rows[row].Factor);
        Assert.Equal(_tokenizer.Tokenize(target).Of(0).ToArray().Order(), merged.Rows[row].KnownRows.Order());
    }

    [Fact]
    public void ANewCategoryBeginsAsTheMeanOfItsWords()
    {
        var target = new ItemCatalogue([("a", new ItemText("soap", "", ["Cream Bar", "Other"])), ("b", new ItemText("bar", "", ["Cream Bar"])), ("c", new ItemText("bar", "", ["Other"]))]);
        MergedTokenizer merged = MergedTokenizer.Make(_tokenizer, _known, target, 0);
        int row = merged.Tokenizer.Tokenize(target).Of(1).ToArray()[1];
        Assert.False(merged.Rows[row].IsKnown);
        Assert.Equal(_tokenizer.Vocabulary.Encode("cream bar").Order(), merged.Rows[row].KnownRows.Order());
        Assert.Equal(0.5, merged.Rows[row].Factor);
    }

    [Fact]
    public void WithoutBrandsInPreTrainingABrandBeginsAsTheSameWordsOfTitles()
    {
        var target = new ItemCatalogue([("a", new ItemText("bar", "soap", [])), ("b", new ItemText("bar", "soap", []))]);
        MergedTokenizer merged = MergedTokenizer.Make(_tokenizer, _known, target, 0);
        int row = merged.Tokenizer.Tokenize(target).Of(0).ToArray()[1];
        Assert.Equal(_tokenizer.Vocabulary.Encode("soap"), merged.Rows[row].KnownRows);
        Assert.False(merged.Rows[row].IsKnown);
    }

    private static ItemCatalogue Catalogue(params string[] titles) => new(titles.Select((title, i) => ($"{i}", new ItemText(title, "", []))));
}
