using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>
/// Turns the texts of items into tokens. The same words come again and again, so the pieces of those met before are kept, in
/// bounded memory. For one thread.
/// </summary>
internal sealed class ItemTokenEncoder
{
    private const int MostKeptWords = 200_000;

    private readonly BytePairVocabulary _vocabulary;
    private readonly Dictionary<string, int> _categoryRows;
    private readonly ItemTokenOptions _options;
    private readonly Dictionary<string, int[]> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private char[] _lower = [];

    internal ItemTokenEncoder(BytePairVocabulary vocabulary, Dictionary<string, int> categoryRows, ItemTokenOptions options)
    {
        (_vocabulary, _categoryRows, _options) = (vocabulary, categoryRows, options);
        _lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Appends the tokens of one item.</summary>
    internal void Encode(ItemText text, List<int> tokens)
    {
        AddPieces(text.Title, tokens, _options.MaxTitleTokens, 0);
        AddPieces(text.Brand, tokens, _options.MaxBrandTokens, _vocabulary.Count);
        for (int i = 0; i < text.Categories.Count; i++)
        {
            if (_categoryRows.TryGetValue(text.Categories[i], out int row) && !CategoryCounts.NamedBefore(text.Categories, i))
                tokens.Add(row);
        }
    }

    private void AddPieces(string text, List<int> tokens, int maximum, int firstRow)
    {
        int end = tokens.Count + maximum;
        foreach (ReadOnlySpan<char> word in new Words(Words.Lower(text, ref _lower)))
        {
            ReadOnlySpan<int> pieces = PiecesOf(word);
            foreach (int piece in pieces[..Math.Min(pieces.Length, end - tokens.Count)])
                tokens.Add(firstRow + piece);
            if (tokens.Count == end)
                return;
        }
    }

    private int[] PiecesOf(ReadOnlySpan<char> word)
    {
        if (_words.Count >= MostKeptWords)
            _words.Clear();
        ref int[]? pieces = ref CollectionsMarshal.GetValueRefOrAddDefault(_lookup, word, out _);
        return pieces ??= _vocabulary.EncodeWord(word);
    }
}
