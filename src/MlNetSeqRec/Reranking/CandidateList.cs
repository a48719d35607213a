namespace MlNetSeqRec;

/// <summary>
/// The candidates of one history: the best items that it does not hold and, where people take the same again, those of its own items
/// that score above the last of these. With its own items or without, the others are so the same, and one order serves both.
/// </summary>
internal static class CandidateList
{
    /// <param name="scores">One score for each item; they are as they were afterwards. Minus infinity: not allowed.</param>
    /// <param name="history">The history's items in any order, also more than once; those below 0 are passed over.</param>
    /// <param name="count">Items wanted that the history does not hold.</param>
    /// <param name="withHistory">Whether the history's own items are candidates.</param>
    /// <returns>Best first; of equal scores the lower index comes first.</returns>
    public static (int[] Items, float[] Scores) Choose(Span<float> scores, ReadOnlySpan<int> history, int count, bool withHistory)
    {
        int[] seen = [.. history.DistinctSorted()];
        seen = seen[Array.FindIndex(seen, item => item >= 0) is >= 0 and int first ? first.. : seen.Length..];
        var own = new float[seen.Length];
        for (int i = 0; i < seen.Length; i++)
        {
            own[i] = scores[seen[i]];
            scores[seen[i]] = float.NegativeInfinity;
        }

        (int[] items, float[] best) = BestItems.Select(scores, count);
        float least = best.Length < count ? float.NegativeInfinity : best[^1];
        for (int i = 0; i < seen.Length; i++)
            scores[seen[i]] = own[i];

        (int Item, float Score)[] all =
        [
            .. items.Zip(best),
            .. seen.Zip(own).Where(pair => withHistory && pair.Second > least),
        ];
        Array.Sort(all, (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Item.CompareTo(b.Item));
        return (Array.ConvertAll(all, pair => pair.Item), Array.ConvertAll(all, pair => pair.Score));
    }
}
