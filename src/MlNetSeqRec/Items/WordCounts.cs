using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>
/// Counts the distinct lower-case words of texts in bounded memory: when there are too many, the rarest are forgotten.
/// A word that is forgotten and comes back is counted anew, which touches only words far too rare to earn a piece.
/// </summary>
internal sealed class WordCounts
{
    private readonly int _maximumDistinct;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private char[] _lower = [];

    internal WordCounts(int maximumDistinct = 2_000_000)
    {
        _maximumDistinct = maximumDistinct;
        _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    internal IReadOnlyDictionary<string, long> Counts => _counts;

    internal static IReadOnlyDictionary<string, long> Of(IEnumerable<string> texts, int maximumDistinct = 2_000_000)
    {
        var words = new WordCounts(maximumDistinct);
        foreach (string text in texts)
            words.Add(text);
        return words.Counts;
    }

    internal void Add(ReadOnlySpan<char> text)
    {
        foreach (ReadOnlySpan<char> word in new Words(Words.Lower(text, ref _lower)))
            CollectionsMarshal.GetValueRefOrAddDefault(_lookup, word, out _)++;
        if (_counts.Count > _maximumDistinct)
            ForgetRarest(_maximumDistinct / 2);
    }

    private void ForgetRarest(int keep)
    {
        for (long rare = 1; _counts.Count > keep; rare++)
        {
            foreach ((string word, long count) in _counts)
            {
                if (count <= rare)
                    _counts.Remove(word);
            }
        }
    }
}
