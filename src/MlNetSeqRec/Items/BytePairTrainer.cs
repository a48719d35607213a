using System.Runtime.InteropServices;
using System.Text;

namespace MlNetSeqRec;

/// <summary>
/// Learns byte pair encoding (Sennrich et al. 2016): start from single characters and merge, again and again, the most
/// frequent pair of neighbours inside words. Pair counts are kept up to date with each merge, so a merge costs only the
/// words that contain the pair. Equal counts are resolved by the ordinal order of the pair: the result is deterministic.
/// </summary>
internal sealed class BytePairTrainer
{
    private const int MostNewCharacters = 4000;

    private readonly List<string> _pieces = [];
    private readonly Dictionary<int, int> _characters = []; // the code point doubled, and one more inside words
    private readonly Dictionary<string, int> _pieceIds = new(StringComparer.Ordinal);
    private readonly List<(int Left, int Right)> _merges = [];
    private readonly HashSet<(int, int)> _merged = [];
    private readonly Dictionary<ulong, Pair> _pairs = [];
    private readonly PriorityQueue<Pair, (long Count, Pair Pair)> _queue;
    private readonly List<Pair> _risen = [];

    // All words one after the other; each gives up places at its end as its pieces merge.
    private readonly List<int> _symbols = [];
    private readonly List<Word> _words = [];

    private BytePairTrainer() => _queue = new(Comparer<(long Count, Pair Pair)>.Create(MostFrequentFirst));

    /// <summary>Learns at most <paramref name="size"/> pieces from counted words; what occurs less than <paramref name="minimumCount"/> times gets none.</summary>
    internal static BytePairVocabulary Train(IReadOnlyDictionary<string, long> words, int size, int minimumCount)
    {
        var trainer = new BytePairTrainer();
        int alphabetSize = trainer.AddAlphabet(words, size, minimumCount);
        foreach ((string word, long count) in words)
            trainer.AddWord(word, count);
        trainer.MergeUntil(size, minimumCount);
        return new BytePairVocabulary(trainer._pieces.GetRange(0, alphabetSize), trainer._merges);
    }

    /// <summary>
    /// A vocabulary grown by what other texts need: their characters, then at most <paramref name="newPieces"/> merges after the
    /// known ones. What the known vocabulary splits words into is then merged further where that pays.
    /// </summary>
    internal static BytePairVocabulary Continue(BytePairVocabulary known, IReadOnlyDictionary<string, long> words, int newPieces, int minimumCount)
    {
        var trainer = new BytePairTrainer();
        foreach (string character in known.Alphabet)
        {
            string letter = BytePairVocabulary.WithoutPrefix(character);
            trainer._characters.Add((letter.EnumerateRunes().Single().Value << 1) | (letter.Length < character.Length ? 1 : 0), trainer.AddPiece(character));
        }

        int alphabetSize = trainer.AddAlphabet(words, 2 * MostNewCharacters, minimumCount);
        foreach ((string word, long count) in words)
            trainer.AddWord(word, count);
        foreach ((int left, int right) in known.Merges)
            trainer.MergeKnown(trainer._pieceIds[known.Pieces[left]], trainer._pieceIds[known.Pieces[right]]);
        trainer.MergeUntil(trainer._pieces.Count + newPieces, minimumCount);
        return new BytePairVocabulary(trainer._pieces.GetRange(0, alphabetSize), trainer._merges);
    }

    /// <summary>Merges a pair of an earlier vocabulary, whether the words have it or not.</summary>
    private void MergeKnown(int left, int right)
    {
        if (_pairs.TryGetValue(PairKey.Of(left, right), out Pair? pair))
        {
            Merge(pair, int.MaxValue); // MergeUntil will look at all pairs
            return;
        }

        AddPiece(_pieces[left] + BytePairVocabulary.WithoutPrefix(_pieces[right]));
        if (_merged.Add((left, right)))
            _merges.Add((left, right));
    }

    /// <summary>The characters with which words begin, and those inside words, by frequency; at most half of the pieces, for scripts with thousands.</summary>
    private int AddAlphabet(IReadOnlyDictionary<string, long> words, int size, int minimumCount)
    {
        var counts = new Dictionary<int, long>();
        foreach ((string word, long count) in words)
        {
            int continues = 0;
            foreach (Rune rune in word.EnumerateRunes())
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, (rune.Value << 1) | continues, out _) += count;
                continues = 1;
            }
        }
        var alphabet = counts.Where(pair => pair.Value >= minimumCount).Select(pair => (Key: pair.Key, Count: pair.Value, Piece: Spelt(pair.Key)))
            .OrderByDescending(character => character.Count).ThenBy(character => character.Piece, StringComparer.Ordinal);
        foreach ((int key, _, string piece) in alphabet.Take(Math.Max(size / 2, 1)))
            _characters[key] = AddPiece(piece);
        return _pieces.Count;

        static string Spelt(int key) => ((key & 1) != 0 ? BytePairVocabulary.Continuing : "") + new Rune(key >> 1);
    }

    private int AddPiece(string piece)
    {
        if (_pieceIds.TryAdd(piece, _pieces.Count))
            _pieces.Add(piece);
        return _pieceIds[piece];
    }

    private void AddWord(string word, long count)
    {
        (int start, int continues) = (_symbols.Count, 0);
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (_characters.TryGetValue((rune.Value << 1) | continues, out int id))
                _symbols.Add(id);
            continues = 1;
        }
        if (_symbols.Count - start < 2)
        {
            _symbols.RemoveRange(start, _symbols.Count - start);
            return;
        }
        for (int i = start + 1; i < _symbols.Count; i++)
            PairOf(_symbols[i - 1], _symbols[i]).Add(_words.Count, count);
        _words.Add(new Word(start, _symbols.Count - start, count));
    }

    private Pair PairOf(int left, int right) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_pairs, PairKey.Of(left, right), out _) ??= new Pair(left, right);

    private void Lower(int left, int right, long count)
    {
        Pair pair = _pairs[PairKey.Of(left, right)];
        pair.Count -= count;
        if (pair.Count == 0)
            _pairs.Remove(PairKey.Of(left, right));
    }

    private void MergeUntil(int size, int minimumCount)
    {
        foreach (Pair pair in _pairs.Values)
            Enqueue(pair, minimumCount);
        while (_pieces.Count < size && _queue.TryDequeue(out Pair? pair, out (long Count, Pair) queued))
        {
            if (pair.Count == queued.Count)
                Merge(pair, minimumCount);
            else if (pair.Count < queued.Count)
                Enqueue(pair, minimumCount); // it was counted before other merges took some of it
        }
    }

    private void Enqueue(Pair pair, int minimumCount)
    {
        if (pair.Count >= minimumCount)
            _queue.Enqueue(pair, (pair.Count, pair));
    }

    private void Merge(Pair pair, int minimumCount)
    {
        int merged = AddPiece(_pieces[pair.Left] + BytePairVocabulary.WithoutPrefix(_pieces[pair.Right]));
        // Two merges may spell the same piece, after which a pair that is gone can come up again: it is in the list already.
        if (_merged.Add((pair.Left, pair.Right)))
            _merges.Add((pair.Left, pair.Right));
        _risen.Clear();
        for (int i = 0; i < pair.Words; i++)
            MergeInWord(pair.WordAt(i), pair, merged);
        _pairs.Remove(PairKey.Of(pair.Left, pair.Right));
        pair.Count = 0;
        foreach (Pair risen in _risen)
        {
            risen.HasRisen = false;
            Enqueue(risen, minimumCount);
        }
    }

    /// <summary>Merges a pair in one word, from left to right, and moves the counts of its neighbours.</summary>
    private void MergeInWord(int word, Pair pair, int merged)
    {
        ref Word at = ref CollectionsMarshal.AsSpan(_words)[word];
        Span<int> pieces = CollectionsMarshal.AsSpan(_symbols).Slice(at.Start, at.Length);
        int kept = 0;
        for (int i = 0; i < pieces.Length; i++)
        {
            if (!IsAt(pieces, i, pair))
            {
                pieces[kept++] = pieces[i];
                continue;
            }
            if (kept > 0)
            {
                Lower(pieces[i - 1], pair.Left, at.Count); // what was kept lies further left by now, so this one still stands here
                Raise(pieces[kept - 1], merged, word, at.Count);
            }
            if (i + 2 < pieces.Length && !IsAt(pieces, i + 2, pair))
            {
                Lower(pair.Right, pieces[i + 2], at.Count);
                Raise(merged, pieces[i + 2], word, at.Count);
            }
            pieces[kept++] = merged;
            i++;
        }
        at.Length = kept;
    }

    private static bool IsAt(ReadOnlySpan<int> pieces, int at, Pair pair) =>
        pieces[at] == pair.Left && at + 1 < pieces.Length && pieces[at + 1] == pair.Right;

    private void Raise(int left, int right, int word, long count)
    {
        Pair pair = PairOf(left, right);
        pair.Add(word, count);
        if (!pair.HasRisen)
        {
            pair.HasRisen = true;
            _risen.Add(pair);
        }
    }

    private int MostFrequentFirst((long Count, Pair Pair) a, (long Count, Pair Pair) b)
    {
        int order = b.Count.CompareTo(a.Count);
        if (order == 0)
            order = string.CompareOrdinal(_pieces[a.Pair.Left], _pieces[b.Pair.Left]);
        return order != 0 ? order : string.CompareOrdinal(_pieces[a.Pair.Right], _pieces[b.Pair.Right]);
    }

    /// <summary>A word's place among the symbols, and how often it occurs.</summary>
    private struct Word(int start, int length, long count)
    {
        internal readonly int Start = start;
        internal int Length = length;
        internal readonly long Count = count;
    }

    /// <summary>Two neighbours: how often they occur, and the words that have had them. Most pairs are in one word, so that one needs no list.</summary>
    private sealed class Pair(int left, int right)
    {
        private int _first = -1;
        private List<int>? _others;

        internal readonly int Left = left;
        internal readonly int Right = right;
        internal long Count;
        internal bool HasRisen;

        internal int Words => (_first < 0 ? 0 : 1) + (_others?.Count ?? 0);

        internal int WordAt(int index) => index == 0 ? _first : _others![index - 1];

        internal void Add(int word, long count)
        {
            Count += count;
            if (_first < 0)
                _first = word;
            else if ((_others is null ? _first : _others[^1]) != word)
                (_others ??= []).Add(word);
        }
    }
}
