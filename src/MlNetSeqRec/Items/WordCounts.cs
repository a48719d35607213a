using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>
/// Counts the distinct lower-case words of texts in bounded memory: when there are too many, the rarest are forgotten.
/// A word that is forgotten and comes back is counted anew, which touches only words far too rare to earn a piece.
/// </summary>
internal static class WordCounts
{
    internal static Dictionary<string, long> Of(IEnumerable<string> texts, int maximumDistinct = 2_000_000)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var splitter = new WordSplitter();
        foreach (string text in texts)
        {
            string lower = text.ToLowerInvariant();
            foreach ((int offset, int length) in splitter.PreTokenize(lower))
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, lower.AsSpan(offset, length), out _)++;
            if (counts.Count > maximumDistinct)
                ForgetRarest(counts, maximumDistinct / 2);
        }
        return counts;
    }

    private static void ForgetRarest(Dictionary<string, long> counts, int keep)
    {
        for (long rare = 1; counts.Count > keep; rare++)
        {
            foreach ((string word, long count) in counts)
            {
                if (count <= rare)
                    counts.Remove(word);
            }
        }
    }
}
