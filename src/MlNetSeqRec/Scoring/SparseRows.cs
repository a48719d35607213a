namespace MlNetSeqRec;

/// <summary>For each item some other items and a value of each, in the order of the items: a sparse matrix by rows.</summary>
internal sealed class SparseRows
{
    private SparseRows(long[] offsets, int[] items, float[] values) => (Offsets, Items, Values) = (offsets, items, values);

    public int Count => Offsets.Length - 1;

    /// <summary>Where each row begins, and last where all ends.</summary>
    public long[] Offsets { get; }

    /// <summary>The items of all rows, one row after another.</summary>
    public int[] Items { get; }

    /// <summary>The values of all rows.</summary>
    public float[] Values { get; }

    /// <summary>The items of a row, ascending.</summary>
    public ReadOnlySpan<int> ItemsOf(int row) => Items.AsSpan((int)Offsets[row], (int)(Offsets[row + 1] - Offsets[row]));

    /// <summary>Their values.</summary>
    public ReadOnlySpan<float> ValuesOf(int row) => Values.AsSpan((int)Offsets[row], (int)(Offsets[row + 1] - Offsets[row]));

    /// <summary>A row as pairs.</summary>
    public (int Item, float Value)[] Of(int row) => [.. ItemsOf(row).ToArray().Zip(ValuesOf(row).ToArray())];

    /// <summary>Rows of the pairs that are given for each; of more than <paramref name="most"/> those with the greatest values are kept, of equal ones the first items.</summary>
    /// <param name="pairs">The pairs of each row, each item once, in any order.</param>
    /// <param name="most">Most pairs of a row.</param>
    public static SparseRows Make(IReadOnlyList<(int Item, float Value)[]> pairs, int most = int.MaxValue)
    {
        var kept = new (int Item, float Value)[pairs.Count][];
        Parallel.For(0, pairs.Count, row => kept[row] = Greatest(pairs[row], most));
        var offsets = new long[pairs.Count + 1];
        for (int row = 0; row < kept.Length; row++)
            offsets[row + 1] = offsets[row] + kept[row].Length;
        var items = new int[offsets[^1]];
        var values = new float[offsets[^1]];
        for (int row = 0; row < kept.Length; row++)
        {
            for (int i = 0; i < kept[row].Length; i++)
                (items[offsets[row] + i], values[offsets[row] + i]) = kept[row][i];
        }

        return new SparseRows(offsets, items, values);
    }

    public void Save(BinaryWriter writer)
    {
        for (int row = 0; row < Count; row++)
        {
            writer.Write7BitEncodedInt(ItemsOf(row).Length);
            foreach ((int item, float value) in Of(row))
            {
                writer.Write7BitEncodedInt(item);
                writer.Write(value);
            }
        }
    }

    /// <exception cref="InvalidDataException">The rows are not those of a catalogue of that size, or a value is below 0 or no number.</exception>
    public static SparseRows Load(BinaryReader reader, int itemCount)
    {
        var offsets = new long[itemCount + 1];
        var items = new List<int>();
        var values = new List<float>();
        for (int row = 0; row < itemCount; row++)
        {
            for (int left = reader.ReadIndex(itemCount + 1); left > 0; left--)
            {
                items.Add(reader.ReadIndex(itemCount));
                values.Add(reader.ReadSingle());
                if (!(values[^1] >= 0 && float.IsFinite(values[^1])))
                    throw new InvalidDataException("its table of gains is damaged");
            }

            offsets[row + 1] = items.Count;
        }

        return new SparseRows(offsets, [.. items], [.. values]);
    }

    private static (int Item, float Value)[] Greatest((int Item, float Value)[] pairs, int most)
    {
        if (pairs.Length > most)
            pairs = [.. pairs.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Item).Take(most)];
        Array.Sort(pairs, (a, b) => a.Item.CompareTo(b.Item));
        return pairs;
    }
}
