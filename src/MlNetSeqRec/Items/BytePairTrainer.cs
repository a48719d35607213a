using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>
/// Learns byte pair encoding (Sennrich et al. 2016): start from single characters and merge, again and again, the most
/// frequent pair of neighbours inside words. Pair counts are kept up to date with each merge, so a merge costs only the
/// words that contain the pair. Equal counts are resolved by the ordinal order of the pair: the result is deterministic.
/// </summary>
internal sealed class BytePairTrainer
{
    private sealed class Pair
    {
        internal long Count;
        internal readonly List<int> Words = []; // may name words that lost the pair since
    }

    private readonly List<string> _pieces = [];
    private readonly Dictionary<string, int> _pieceIds = new(StringComparer.Ordinal);
    private readonly List<(int Left, int Right)> _merges = [];
    private readonly HashSet<(int, int)> _merged = [];
    private readonly List<(int[] Pieces, int Length, long Count)> _words = [];
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, (int Left, int Right) Pair)> _queue;

    private BytePairTrainer() => _queue = new(Comparer<(long Count, (int Left, int Right) Pair)>.Create(MostFrequentFirst));

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

    /// <summary>The characters with which words begin, and those inside words, by frequency; at most half of the pieces, for scripts with thousands.</summary>
    private int AddAlphabet(IReadOnlyDictionary<string, long> words, int size, int minimumCount)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string word, long count) in words)
        {
            foreach (string character in BytePairVocabulary.Characters(word))
                CollectionsMarshal.GetValueRefOrAddDefault(counts, character, out _) += count;
        }
        IEnumerable<string> alphabet = counts.Where(pair => pair.Value >= minimumCount)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key).Take(Math.Max(size / 2, 1));
        foreach (string character in alphabet)
            AddPiece(character);
        return _pieces.Count;
    }

    private int AddPiece(string piece)
    {
        if (_pieceIds.TryAdd(piece, _pieces.Count))
            _pieces.Add(piece);
        return _pieceIds[piece];
    }

    private void AddWord(string word, long count)
    {
        var known = new List<int>(word.Length);
        foreach (string character in BytePairVocabulary.Characters(word))
        {
            if (_pieceIds.TryGetValue(character, out int id))
                known.Add(id);
        }
        if (known.Count < 2)
            return;
        _words.Add(([.. known], known.Count, count));
        Count(_words.Count - 1, +1);
    }

    /// <summary>Adds the pairs of one word to the counts, or takes them away.</summary>
    private void Count(int word, int sign)
    {
        (int[] pieces, int length, long count) = _words[word];
        for (int i = 1; i < length; i++)
        {
            ref Pair? pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (pieces[i - 1], pieces[i]), out _);
            pair ??= new Pair();
            pair.Count += sign * count;
            if (sign > 0 && (pair.Words.Count == 0 || pair.Words[^1] != word))
                pair.Words.Add(word);
        }
    }

    private void MergeUntil(int size, int minimumCount)
    {
        foreach (((int, int) pair, Pair state) in _pairs)
            _queue.Enqueue(pair, (state.Count, pair));
        while (_pieces.Count < size && _queue.TryDequeue(out (int Left, int Right) pair, out (long Count, (int, int)) queued))
        {
            long count = _pairs.TryGetValue(pair, out Pair? state) ? state.Count : 0;
            if (count < minimumCount)
                continue;
            if (count == queued.Count)
                Merge(pair, state!);
            else if (count < queued.Count)
                _queue.Enqueue(pair, (count, pair)); // it was counted before other merges took some of it
        }
    }

    private void Merge((int Left, int Right) pair, Pair state)
    {
        int merged = AddPiece(_pieces[pair.Left] + BytePairVocabulary.WithoutPrefix(_pieces[pair.Right]));
        // Two merges may spell the same piece, after which a pair that is gone can come up again: it is in the list already.
        if (_merged.Add(pair))
            _merges.Add(pair);
        _pairs.Remove(pair);
        var risen = new HashSet<(int, int)>();
        foreach (int word in state.Words)
            MergeInWord(word, pair, merged, risen);
        foreach ((int, int) other in risen)
            _queue.Enqueue(other, (_pairs[other].Count, other));
    }

    private void MergeInWord(int word, (int Left, int Right) pair, int merged, HashSet<(int, int)> risen)
    {
        (int[] pieces, int length, long count) = _words[word];
        if (!Contains(pieces.AsSpan(0, length), pair))
            return;
        Count(word, -1);
        int kept = 0;
        for (int i = 0; i < length; i++)
        {
            bool here = pieces[i] == pair.Left && i + 1 < length && pieces[i + 1] == pair.Right;
            pieces[kept++] = here ? merged : pieces[i];
            i += here ? 1 : 0;
        }
        _words[word] = (pieces, kept, count);
        Count(word, +1);
        for (int i = 1; i < kept; i++) // every pair that is new has the merged piece in it
        {
            if (pieces[i - 1] == merged || pieces[i] == merged)
                risen.Add((pieces[i - 1], pieces[i]));
        }
    }

    private static bool Contains(ReadOnlySpan<int> pieces, (int Left, int Right) pair)
    {
        for (int i = 1; i < pieces.Length; i++)
        {
            if (pieces[i - 1] == pair.Left && pieces[i] == pair.Right)
                return true;
        }
        return false;
    }

    private int MostFrequentFirst((long Count, (int Left, int Right) Pair) a, (long Count, (int Left, int Right) Pair) b)
    {
        int order = b.Count.CompareTo(a.Count);
        if (order == 0)
            order = string.CompareOrdinal(_pieces[a.Pair.Left], _pieces[b.Pair.Left]);
        return order != 0 ? order : string.CompareOrdinal(_pieces[a.Pair.Right], _pieces[b.Pair.Right]);
    }
}
