using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>
/// Turns the text of items into rows of one token table. With V pieces and C categories, rows [0, V) are pieces of titles,
/// [V, 2V) the same pieces where they name a brand, and [2V, 2V + C) whole categories.
/// </summary>
internal sealed class ItemTokenizer
{
    private const int Version = 1;
    private const int MinimumCategoryCount = 2;
    private const double UninformativeShare = 0.95;

    private readonly BytePairVocabulary _vocabulary;
    private readonly List<string> _categories;
    private readonly Dictionary<string, int> _categoryRows;
    private readonly ItemTokenOptions _options;

    private ItemTokenizer(BytePairVocabulary vocabulary, List<string> categories, ItemTokenOptions options)
    {
        _vocabulary = vocabulary;
        _categories = categories;
        _options = options;
        _categoryRows = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string category in categories)
            _categoryRows.Add(category, 2 * vocabulary.Count + _categoryRows.Count);
    }

    /// <summary>Learns the pieces of words and the list of categories from the items that have text.</summary>
    internal static ItemTokenizer Train(ItemCatalogue catalogue, int vocabularySize, ItemTokenOptions? options = null)
    {
        IEnumerable<string> texts = catalogue.Items().SelectMany(item => new[] { item.Text.Title, item.Text.Brand });
        return new ItemTokenizer(BytePairVocabulary.Train(texts, vocabularySize), InformativeCategories(catalogue), options ?? new());
    }

    internal BytePairVocabulary Vocabulary => _vocabulary;

    internal IReadOnlyList<string> Categories => _categories;

    /// <summary>The rows of the token table.</summary>
    internal int RowCount => 2 * _vocabulary.Count + _categories.Count;

    /// <summary>The tokens of every item of a catalogue, which need not be the one trained on. Items without text have none.</summary>
    internal ItemTokens Tokenize(ItemCatalogue catalogue)
    {
        var tokens = new List<int>();
        int[] offsets = new int[catalogue.Count + 1];
        for (int item = 0; item < catalogue.Count; item++)
        {
            AddTokens(catalogue.TextOf(item), tokens);
            offsets[item + 1] = tokens.Count;
        }
        return new ItemTokens([.. tokens], offsets, RowCount);
    }

    private void AddTokens(ItemText text, List<int> tokens)
    {
        _vocabulary.Encode(text.Title, tokens, _options.MaxTitleTokens);
        int brand = tokens.Count;
        _vocabulary.Encode(text.Brand, tokens, _options.MaxBrandTokens);
        foreach (ref int piece in CollectionsMarshal.AsSpan(tokens)[brand..])
            piece += _vocabulary.Count;
        foreach (string category in text.Categories.Distinct(StringComparer.Ordinal))
        {
            if (_categoryRows.TryGetValue(category, out int row))
                tokens.Add(row);
        }
    }

    /// <summary>Leaves out categories of a single item, which nothing can be learnt from, and those that nearly every item has ("Beauty" in a beauty shop).</summary>
    private static List<string> InformativeCategories(ItemCatalogue catalogue)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        int categorized = 0;
        foreach ((_, ItemText text) in catalogue.Items())
        {
            categorized += text.Categories.Count > 0 ? 1 : 0;
            foreach (string category in text.Categories.Distinct(StringComparer.Ordinal))
                CollectionsMarshal.GetValueRefOrAddDefault(counts, category, out _)++;
        }
        return [.. counts.Where(pair => pair.Value >= MinimumCategoryCount && pair.Value < UninformativeShare * categorized)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)];
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Version);
        writer.Write7BitEncodedInt(_options.MaxTitleTokens);
        writer.Write7BitEncodedInt(_options.MaxBrandTokens);
        _vocabulary.Save(writer);
        writer.WriteTexts(_categories);
    }

    internal static ItemTokenizer Load(BinaryReader reader)
    {
        reader.ReadVersion(Version, "item tokenizer");
        var options = new ItemTokenOptions { MaxTitleTokens = reader.ReadCount(), MaxBrandTokens = reader.ReadCount() };
        var vocabulary = BytePairVocabulary.Load(reader);
        List<string> categories = reader.ReadTexts();
        if (categories.Distinct(StringComparer.Ordinal).Count() != categories.Count)
            throw new InvalidDataException("The item tokenizer is damaged: a category comes twice.");
        return new ItemTokenizer(vocabulary, categories, options);
    }
}
