namespace MlNetSeqRec;

/// <summary>
/// What came soon after each item in training: ln(1 + Σ 1 / steps) over all times that one came at most three steps later. Of more
/// than 200 million events every so-manieth sequence is counted.
/// </summary>
internal static class Followers
{
    private const int Steps = 3;
    private const int Most = 200; // of an item; fewer of large catalogues, whose models would grow too large
    private const int Least = 20;
    private const int MostPairs = 20_000_000;
    private const long MostCounted = 600_000_000; // pairs, 4 bytes each while they are counted

    /// <summary>Counts the pairs in some sequences.</summary>
    /// <param name="items">The sequences, one after another, oldest item first.</param>
    /// <param name="starts">Sequence s runs from starts[s] to starts[s + 1].</param>
    /// <param name="itemCount">Size of the catalogue.</param>
    /// <param name="mostCounted">Pairs that are counted, roughly.</param>
    public static SparseRows Count(int[] items, long[] starts, int itemCount, long mostCounted = MostCounted)
    {
        var offsets = new long[itemCount + 1];
        int every = (int)(1 + (((long)Steps * items.Length) / (mostCounted + 1)));
        ForEachPair(items, starts, every, (from, _, _) => offsets[from + 1]++);
        for (int item = 0; item < itemCount; item++)
            offsets[item + 1] += offsets[item];
        var after = new uint[offsets[itemCount]]; // the item, and in the last two bits the steps
        var filled = offsets.ToArray();
        ForEachPair(items, starts, every, (from, to, steps) => after[filled[from]++] = ((uint)to << 2) | (uint)steps);

        var pairs = new (int, float)[itemCount][];
        Parallel.For(0, itemCount, item =>
        {
            Span<uint> own = after.AsSpan((int)offsets[item], (int)(offsets[item + 1] - offsets[item]));
            own.Sort();
            pairs[item] = Summed(own);
        });
        return SparseRows.Make(pairs, Math.Clamp(MostPairs / Math.Max(1, itemCount), Least, Most));
    }

    private static (int, float)[] Summed(ReadOnlySpan<uint> ascending)
    {
        var sums = new List<(int Item, float Value)>();
        float sum = 0;
        for (int i = 0; i < ascending.Length; i++)
        {
            sum += 1f / (ascending[i] & 3);
            if (i + 1 < ascending.Length && ascending[i + 1] >> 2 == ascending[i] >> 2)
                continue;
            sums.Add(((int)(ascending[i] >> 2), MathF.Log(1 + sum)));
            sum = 0;
        }

        return [.. sums];
    }

    private static void ForEachPair(int[] items, long[] starts, int every, Action<int, int, int> visit)
    {
        for (int row = 0; row + 1 < starts.Length; row += every)
        {
            for (long i = starts[row] + 1; i < starts[row + 1]; i++)
            {
                for (int steps = 1; steps <= Steps && i - steps >= starts[row]; steps++)
                    visit(items[i - steps], items[i], steps);
            }
        }
    }
}
