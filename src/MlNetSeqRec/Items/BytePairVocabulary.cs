using System.Text;

namespace MlNetSeqRec;

/// <summary>
/// Pieces of words learnt by byte pair encoding, and the encoding of text with them.
/// A piece inside a word carries the prefix "##", as in WordPiece: the piece "nail" begins a word (it is the word "nail",
/// and the stem of "nails"), "##nail" continues one ("thumbnail"). So a frequent word is one piece, words share their
/// stems, and a two-letter word is not confused with two letters inside another.
/// </summary>
/// <remarks>Threads may share a vocabulary: it never changes.</remarks>
internal sealed class BytePairVocabulary
{
    /// <summary>Characters and pairs that are seen less often get no piece.</summary>
    internal const int MinimumCount = 2;

    private const int Version = 1;
    internal const string Continuing = "##";

    private readonly List<string> _alphabet;
    private readonly IReadOnlyList<(int Left, int Right)> _merges;
    private readonly List<string> _pieces;
    private readonly Dictionary<Rune, int> _beginning = [], _continuing = [];
    private readonly Dictionary<ulong, (int Rank, int Piece)> _ranks = [];

    /// <param name="alphabet">The pieces of one character.</param>
    /// <param name="merges">Pairs of pieces in the order of merging. Each result is the next piece, unless an earlier merge spelt it.</param>
    internal BytePairVocabulary(List<string> alphabet, IReadOnlyList<(int Left, int Right)> merges)
    {
        _alphabet = alphabet;
        _merges = merges;
        _pieces = [.. alphabet];
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string character in alphabet)
        {
            (WithoutPrefix(character).Length < character.Length ? _continuing : _beginning).Add(WithoutPrefix(character).EnumerateRunes().Single(), ids.Count);
            ids.Add(character, ids.Count);
        }
        foreach ((int left, int right) in merges)
        {
            string piece = _pieces[left] + WithoutPrefix(_pieces[right]);
            if (ids.TryAdd(piece, ids.Count))
                _pieces.Add(piece);
            _ranks.Add(PairKey.Of(left, right), (_ranks.Count, ids[piece]));
        }
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

    /// <summary>The pieces of one character, which come first.</summary>
    internal IReadOnlyList<string> Alphabet => _alphabet;

    internal IReadOnlyList<(int Left, int Right)> Merges => _merges;

    /// <summary>The ids of the pieces of <paramref name="text"/>, in order. Characters that the vocabulary lacks are left out.</summary>
    internal List<int> Encode(string text)
    {
        char[] lower = [];
        var pieces = new List<int>();
        foreach (ReadOnlySpan<char> word in new Words(Words.Lower(text, ref lower)))
            pieces.AddRange(EncodeWord(word));
        return pieces;
    }

    /// <summary>
    /// The ids of the pieces of one word in lower case, as <see cref="Words"/> gives it: the earliest merge that fits is applied, at
    /// its leftmost place, until none fits.
    /// </summary>
    internal int[] EncodeWord(ReadOnlySpan<char> word)
    {
        Span<int> pieces = stackalloc int[Words.LongestWord];
        int length = 0;
        Dictionary<Rune, int> characters = _beginning;
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (characters.TryGetValue(rune, out int piece))
                pieces[length++] = piece;
            characters = _continuing;
        }

        // Of each neighbouring pair the rank and the piece it becomes; a merge changes those at its place alone.
        Span<(int Rank, int Piece)> pairs = stackalloc (int, int)[Words.LongestWord];
        for (int i = 0; i + 1 < length; i++)
            pairs[i] = RankOf(pieces[i], pieces[i + 1]);
        while (true)
        {
            int best = -1;
            for (int i = 0; i + 1 < length; i++)
            {
                if (pairs[i].Rank < (best < 0 ? int.MaxValue : pairs[best].Rank))
                    best = i;
            }
            if (best < 0)
                return pieces[..length].ToArray();
            pieces[best] = pairs[best].Piece;
            pieces[(best + 2)..length].CopyTo(pieces[(best + 1)..]);
            pairs[(best + 1)..length].CopyTo(pairs[best..]);
            length--;
            if (best > 0)
                pairs[best - 1] = RankOf(pieces[best - 1], pieces[best]);
            if (best + 1 < length)
                pairs[best] = RankOf(pieces[best], pieces[best + 1]);
        }
    }

    private (int Rank, int Piece) RankOf(int left, int right) =>
        _ranks.TryGetValue(PairKey.Of(left, right), out (int, int) found) ? found : (int.MaxValue, -1);

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
