namespace MlNetSeqRec;

/// <summary>Counts which items occur near each other in the histories that are trained on.</summary>
internal static class CoCounts
{
    private const int Window = 5; // events before and after
    private const int Most = 300; // neighbours of an item; beyond them the most frequent are kept

    public static ItemNeighbours Count(EncodedHistories histories, int catalogue)
    {
        (long[] begins, (int Row, int At)[] places) = PlacesByItem(histories, catalogue);
        var offsets = new long[catalogue + 1];
        var items = new List<int>();
        var upTo = new List<int>();
        var counts = new int[catalogue];
        var met = new List<int>();
        for (int item = 0; item < catalogue; item++)
        {
            foreach ((int row, int at) in places.AsSpan((int)begins[item], (int)(begins[item + 1] - begins[item])))
            {
                ReadOnlySpan<int> history = histories.Of(row);
                foreach (int other in history[Math.Max(0, at - Window)..Math.Min(history.Length, at + Window + 1)])
                {
                    if (other != item && counts[other]++ == 0)
                        met.Add(other);
                }
            }

            met.Sort((a, b) => counts[a] != counts[b] ? counts[b].CompareTo(counts[a]) : a.CompareTo(b));
            int sum = 0;
            foreach (int other in met.Take(Most))
            {
                items.Add(other);
                upTo.Add(sum += counts[other]);
            }

            foreach (int other in met)
                counts[other] = 0;
            met.Clear();
            offsets[item + 1] = items.Count;
        }

        return new ItemNeighbours(offsets, [.. items], [.. upTo]);
    }

    private static (long[] Begins, (int Row, int At)[] Places) PlacesByItem(EncodedHistories histories, int catalogue)
    {
        var begins = new long[catalogue + 1];
        foreach (int item in histories.Items)
            begins[item + 1]++;
        for (int item = 0; item < catalogue; item++)
            begins[item + 1] += begins[item];
        long[] next = begins[..^1];
        var places = new (int, int)[histories.Items.Length];
        for (int row = 0; row < histories.Count; row++)
        {
            ReadOnlySpan<int> history = histories.Of(row);
            for (int at = 0; at < history.Length; at++)
                places[next[history[at]]++] = (row, at);
        }

        return (begins, places);
    }
}
