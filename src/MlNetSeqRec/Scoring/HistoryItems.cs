namespace MlNetSeqRec;

/// <summary>A history as a set of items.</summary>
internal static class HistoryItems
{
    /// <summary>The items, ascending, each once.</summary>
    public static ReadOnlySpan<int> DistinctSorted(this ReadOnlySpan<int> history)
    {
        int[] sorted = history.ToArray();
        Array.Sort(sorted);
        int kept = 0;
        foreach (int item in sorted)
        {
            if (kept == 0 || sorted[kept - 1] != item)
                sorted[kept++] = item;
        }

        return sorted.AsSpan(0, kept);
    }
}
