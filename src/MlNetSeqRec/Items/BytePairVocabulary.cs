using Microsoft.ML.Tokenizers;

namespace MlNetSeqRec;

/// <summary>
/// Pieces of words learnt by byte pair encoding, and the encoding of text with them.
/// A piece inside a word carries the prefix "##", as in WordPiece: the piece "nail" begins a word (it is the word "nail",
/// and the stem of "nails"), "##nail" continues one ("thumbnail"). So a frequent word is one piece, words share their
/// stems, and a two-letter word is not confused with two letters inside another.
/// </summary>
/// <remarks>Threads may share a vocabulary: it never changes, and the tokenizer inside guards its own bounded cache.</remarks>
internal sealed class BytePairVocabulary
{
    /// <summary>Characters and pairs that are seen less often get no piece.</summary>
    internal const int MinimumCount = 2;

    private const int Version = 1;
    internal const string Continuing = "##";

    private readonly List<string> _alphabet;
    private readonly IReadOnlyList<(int Left, int Right)> _merges;
    private readonly List<string> _pieces;
    private readonly BpeTokenizer? _tokenizer; // none when there are no pieces

    /// <param name="alphabet">The pieces of one character.</param>
    /// <param name="merges">Pairs of pieces in the order of merging. Each result is the next piece, unless an earlier merge spelt it.</param>
    internal BytePairVocabulary(List<string> alphabet, IReadOnlyList<(int Left, int Right)> merges)
    {
        _alphabet = alphabet;
        _merges = merges;
        _pieces = [.. alphabet];
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string character in alphabet)
            ids.Add(character, ids.Count);
        foreach ((int left, int right) in merges)
        {
            string piece = _pieces[left] + WithoutPrefix(_pieces[right]);
            if (ids.TryAdd(piece, ids.Count))
                _pieces.Add(piece);
        }
        _tokenizer = ids.Count == 0 ? null : BpeTokenizer.Create(new BpeOptions(ids)
        {
            Merges = merges.Select(merge => $"{_pieces[merge.Left]} {_pieces[merge.Right]}"),
            PreTokenizer = new WordSplitter(),
            ContinuingSubwordPrefix = Continuing,
        });
    }

    /// <summary>Learns at most <paramref name="size"/> pieces. Characters and pairs seen less than <paramref name="minimumCount"/> times get none.</summary>
    internal static BytePairVocabulary Train(IEnumerable<string> texts, int size, int minimumCount = MinimumCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return BytePairTrainer.Train(WordCounts.Of(texts), size, minimumCount);
    }

    /// <summary>The number of pieces; their ids are 0 to <see cref="Count"/> - 1.</summary>
    internal int Count => _pieces.Count;

    internal IReadOnlyList<string> Pieces => _pieces;

    internal IReadOnlyList<(int Left, int Right)> Merges => _merges;

    /// <summary>The ids of the pieces of <paramref name="text"/>, in order. Characters that the vocabulary lacks are left out.</summary>
    internal IReadOnlyList<int> Encode(string text) => _tokenizer is null ? [] : _tokenizer.EncodeToIds(text.ToLowerInvariant());

    /// <summary>The ids of the pieces of one word in lower case, as <see cref="Words"/> gives it.</summary>
    internal int[] EncodeWord(string word) => _tokenizer is null ? [] : [.. _tokenizer.EncodeToIds(word)];

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Version);
        writer.WriteTexts(_alphabet);
        writer.Write7BitEncodedInt(_merges.Count);
        foreach ((int left, int right) in _merges)
        {
            writer.Write7BitEncodedInt(left);
            writer.Write7BitEncodedInt(right);
        }
    }

    internal static BytePairVocabulary Load(BinaryReader reader)
    {
        reader.ReadVersion(Version, "vocabulary");
        List<string> alphabet = reader.ReadTexts();
        int count = reader.ReadCount();
        var merges = new List<(int, int)>();
        while (merges.Count < count)
            merges.Add((reader.ReadCount(), reader.ReadCount()));
        try
        {
            return new BytePairVocabulary(alphabet, merges);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException("The vocabulary is damaged: its pieces do not fit together.", e);
        }
    }

    /// <summary>The letters of a piece.</summary>
    internal static string WithoutPrefix(string piece) => piece.StartsWith(Continuing, StringComparison.Ordinal) ? piece[Continuing.Length..] : piece;
}
