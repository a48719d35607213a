namespace MlNetSeqRec;

/// <summary>
/// A pre-trained tokenizer that also knows what another catalogue's text needs: its characters, frequent words that were split
/// before, and its categories. Known tokens keep what was learnt of them; each new one begins as what it is made of.
/// </summary>
internal sealed class MergedTokenizer
{
    private readonly ItemTokenizer _known;
    private readonly int[][] _pieces;

    private MergedTokenizer(ItemTokenizer known, ItemTokenizer merged, bool knowsBrands)
    {
        (_known, Tokenizer) = (known, merged);
        _pieces = Expand(known.Vocabulary, merged.Vocabulary);
        Rows = [.. PieceRows(0, true), .. PieceRows(knowsBrands ? known.Vocabulary.Count : 0, knowsBrands), .. merged.Categories.Select(CategoryRow)];
    }

    public ItemTokenizer Tokenizer { get; }

    /// <summary>What each row of the token table begins as.</summary>
    public IReadOnlyList<RowOrigin> Rows { get; }

    /// <param name="known">The pre-trained tokenizer.</param>
    /// <param name="pretrained">What it was trained on: where no item had a brand, a brand's pieces begin as those of titles.</param>
    /// <param name="target">The catalogue whose text is added.</param>
    /// <param name="newPieces">Most words or parts of words that become tokens of their own.</param>
    public static MergedTokenizer Make(ItemTokenizer known, ItemCatalogue pretrained, ItemCatalogue target, int newPieces)
    {
        var words = new WordCounts();
        var categoryCounts = new CategoryCounts();
        foreach ((_, ItemText text) in target.Items())
        {
            words.Add(text.Title);
            words.Add(text.Brand);
            categoryCounts.Add(text.Categories);
        }

        BytePairVocabulary vocabulary = BytePairTrainer.Continue(known.Vocabulary, words.Counts, newPieces, BytePairVocabulary.MinimumCount);
        List<string> categories = [.. known.Categories.Concat(categoryCounts.Informative()).Distinct(StringComparer.Ordinal)];
        bool knowsBrands = pretrained.Items().Any(item => item.Text.Brand.Length > 0);
        return new MergedTokenizer(known, new ItemTokenizer(vocabulary, categories, known.Options), knowsBrands);
    }

    // The known pieces that each piece is made of; none for a new character.
    private static int[][] Expand(BytePairVocabulary known, BytePairVocabulary merged)
    {
        Dictionary<string, int> ids = known.Pieces.Select((piece, id) => (piece, id)).ToDictionary(pair => pair.piece, pair => pair.id, StringComparer.Ordinal);
        var expanded = new int[merged.Count][];
        for (int piece = 0; piece < merged.Count; piece++)
            expanded[piece] = ids.TryGetValue(merged.Pieces[piece], out int id) ? [id] : [];
        Dictionary<string, int> places = merged.Pieces.Select((piece, id) => (piece, id)).ToDictionary(pair => pair.piece, pair => pair.id, StringComparer.Ordinal);
        foreach ((int left, int right) in merged.Merges)
        {
            int made = places[merged.Pieces[left] + BytePairVocabulary.WithoutPrefix(merged.Pieces[right])];
            if (expanded[made].Length == 0)
                expanded[made] = [.. expanded[left], .. expanded[right]];
        }

        return expanded;
    }

    // A piece that stands for several begins as their sum, so that what a title's tokens add up to stays.
    private IEnumerable<RowOrigin> PieceRows(int firstKnownRow, bool areKnown)
    {
        var known = new HashSet<string>(_known.Vocabulary.Pieces, StringComparer.Ordinal);
        return _pieces.Zip(Tokenizer.Vocabulary.Pieces, (parts, piece) =>
            new RowOrigin([.. parts.Select(part => firstKnownRow + part)], 1, areKnown && known.Contains(piece)));
    }

    // A category that is new begins as the mean of the words of its name.
    private RowOrigin CategoryRow(string category, int index)
    {
        if (index < _known.Categories.Count)
            return new RowOrigin([(2 * _known.Vocabulary.Count) + index], 1, true);
        int[] words = [.. Tokenizer.Vocabulary.Encode(category).SelectMany(piece => _pieces[piece])];
        return new RowOrigin(words, 1.0 / Math.Max(1, words.Length), false);
    }

    /// <summary>What a row begins as: the sum of known rows times a factor, or something small and random without any.</summary>
    /// <param name="KnownRows">Rows of the pre-trained table.</param>
    /// <param name="Factor">What their sum is multiplied by.</param>
    /// <param name="IsKnown">Whether it is a pre-trained row that means what it meant.</param>
    internal readonly record struct RowOrigin(int[] KnownRows, double Factor, bool IsKnown);
}
