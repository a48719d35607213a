using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>
/// Turns the text of items into rows of one token table. With V pieces and C categories, rows [0, V) are pieces of titles,
/// [V, 2V) the same pieces where they name a brand, and [2V, 2V + C) whole categories.
/// </summary>
/// <remarks>
/// A trainer learns one from its own items unless it is given one (<see cref="SequentialTransformerOptions.Tokenizer"/>): models
/// of several domains that are to share their weights need one that was learnt from the items of all. It never changes, so
/// threads and models may share it; a saved model contains its own copy.
/// </remarks>
public sealed class ItemTokenizer
{
    private const int Version = 1;

    private static ReadOnlySpan<byte> FileMark => "seqrec vocabulary\n"u8;

    private readonly BytePairVocabulary _vocabulary;
    private readonly List<string> _categories;
    private readonly Dictionary<string, int> _categoryRows;
    private readonly ItemTokenOptions _options;
    private readonly Lazy<string> _sha256;

    internal ItemTokenizer(BytePairVocabulary vocabulary, List<string> categories, ItemTokenOptions options)
    {
        _vocabulary = vocabulary;
        _categories = categories;
        _options = options;
        _sha256 = new Lazy<string>(Hash);
        _categoryRows = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string category in categories)
            _categoryRows.Add(category, 2 * vocabulary.Count + _categoryRows.Count);
    }

    /// <summary>Learns the pieces of words and the list of categories from the items of one source or several, each read once.</summary>
    /// <param name="sources">Items: ItemId and, where known, Title, Brand and Categories, as for <see cref="ItemCatalogue.FromDataView"/>.</param>
    /// <param name="pieces">At most so many pieces of words; the paper has 30,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A source has no ids, or a column has another type.</exception>
    public static ItemTokenizer Learn(IEnumerable<IDataView> sources, int pieces = 8000)
    {
        ArgumentNullException.ThrowIfNull(sources);
        List<ItemRows> rows = [.. sources.Select(source => new ItemRows(source))];
        return Learn(rows.SelectMany(items => items.Read().Select(item => item.Text)), pieces);
    }

    /// <summary>Learns from the texts of items, which are read once.</summary>
    internal static ItemTokenizer Learn(IEnumerable<ItemText> texts, int pieces, ItemTokenOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pieces);
        var words = new WordCounts();
        var categories = new CategoryCounts();
        foreach (ItemText text in texts)
        {
            words.Add(text.Title);
            words.Add(text.Brand);
            categories.Add(text.Categories);
        }
        return new ItemTokenizer(BytePairTrainer.Train(words.Counts, pieces, BytePairVocabulary.MinimumCount), categories.Informative(), options ?? new());
    }

    /// <summary>Learns from the items of a catalogue.</summary>
    internal static ItemTokenizer Train(ItemCatalogue catalogue, int vocabularySize, ItemTokenOptions? options = null) =>
        Learn(catalogue.Items().Select(item => item.Text), vocabularySize, options);

    /// <summary>The pieces of words.</summary>
    public int PieceCount => _vocabulary.Count;

    internal BytePairVocabulary Vocabulary => _vocabulary;

    internal IReadOnlyList<string> Categories => _categories;

    internal ItemTokenOptions Options => _options;

    /// <summary>The rows of the token table: pieces of titles, pieces of brands, categories.</summary>
    public int RowCount => 2 * _vocabulary.Count + _categories.Count;

    /// <summary>The tokens of every item of a catalogue, which need not be the one learnt from. Items without text have none.</summary>
    internal ItemTokens Tokenize(ItemCatalogue catalogue) =>
        catalogue.Tokenized is { } ready && ready.TokenizerSha256 == Sha256 ? ready.ReadTokens(RowCount).WithMore(catalogue.Count) : TokenizeTexts(catalogue);

    private ItemTokens TokenizeTexts(ItemCatalogue catalogue)
    {
        const int itemsPerBlock = 4096; // worked on by several threads, and put together in order
        var blocks = new int[(catalogue.Count + itemsPerBlock - 1) / itemsPerBlock][];
        int[] offsets = new int[catalogue.Count + 1];
        Parallel.For(0, blocks.Length, MakeEncoder, (block, _, encoder) =>
        {
            var tokens = new List<int>();
            int end = Math.Min((block + 1) * itemsPerBlock, catalogue.Count);
            for (int item = block * itemsPerBlock; item < end; item++)
            {
                int before = tokens.Count;
                encoder.Encode(catalogue.TextOf(item), tokens);
                offsets[item + 1] = tokens.Count - before;
            }
            blocks[block] = [.. tokens];
            return encoder;
        }, _ => { });
        for (int item = 0; item < catalogue.Count; item++)
            offsets[item + 1] = checked(offsets[item] + offsets[item + 1]);
        return new ItemTokens(Joined(blocks), offsets, RowCount);
    }

    /// <summary>Gives the tokens of single items; for one thread.</summary>
    internal ItemTokenEncoder MakeEncoder() => new(_vocabulary, _categoryRows, _options);

    private static int[] Joined(int[][] blocks)
    {
        int[] all = new int[blocks.Sum(block => block.Length)];
        int at = 0;
        foreach (int[] block in blocks)
        {
            block.CopyTo(all, at);
            at += block.Length;
        }
        return all;
    }

    /// <summary>SHA-256 of the file that <see cref="Save(string)"/> writes: equal ones give equal tokens.</summary>
    internal string Sha256 => _sha256.Value;

    /// <summary>Writes the tokenizer to a file, which is whole or not there.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, SaveFile);

    private void SaveFile(Stream stream)
    {
        stream.Write(FileMark);
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        Save(writer);
    }

    private string Hash()
    {
        using var stream = new MemoryStream();
        SaveFile(stream);
        return Convert.ToHexStringLower(SHA256.HashData(stream.ToArray()));
    }

    /// <summary>Reads a tokenizer that <see cref="Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no vocabulary, is cut or damaged, or is of another version; the message names it.</exception>
    public static ItemTokenizer Load(string path)
    {
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
            if (!reader.ReadBytes(FileMark.Length).AsSpan().SequenceEqual(FileMark))
                throw new InvalidDataException("it does not begin as a vocabulary does.");
            ItemTokenizer tokenizer = Load(reader);
            return reader.BaseStream.Position == reader.BaseStream.Length ? tokenizer : throw new InvalidDataException("there is more after its end.");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            string reason = e is EndOfStreamException ? "it is cut short." : e.Message;
            throw new InvalidDataException($"{path} is not a vocabulary that can be read: {reason}", e);
        }
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
