namespace MlNetSeqRec;

/// <summary>For each item some others, to be drawn in proportion to whole-number weights.</summary>
/// <param name="offsets">Those of item i are from offsets[i] to offsets[i + 1].</param>
/// <param name="items">The others, one item's after another.</param>
/// <param name="upTo">For each its weight and that of the same item's others before it; null where all weights are 1.</param>
internal sealed class ItemNeighbours(long[] offsets, int[] items, int[]? upTo)
{
    public bool HasAny(int item) => offsets[item] < offsets[item + 1];

    /// <summary>One of the others of an item that has any.</summary>
    public int Draw(int item, Random random)
    {
        ReadOnlySpan<int> others = Of(item);
        if (upTo is null)
            return others[random.Next(others.Length)];
        ReadOnlySpan<int> weights = upTo.AsSpan((int)offsets[item], others.Length);
        int at = weights.BinarySearch(random.Next(weights[^1]) + 1);
        return others[at >= 0 ? at : ~at];
    }

    /// <summary>Adds share × the probability of each of the others of an item that has any to its place.</summary>
    public void AddProbabilities(int item, double share, double[] into)
    {
        ReadOnlySpan<int> others = Of(item);
        if (upTo is null)
        {
            foreach (int other in others)
                into[other] += share / others.Length;
            return;
        }

        ReadOnlySpan<int> weights = upTo.AsSpan((int)offsets[item], others.Length);
        double unit = share / weights[^1];
        for (int i = 0; i < others.Length; i++)
            into[others[i]] += unit * (weights[i] - (i == 0 ? 0 : weights[i - 1]));
    }

    /// <summary>The others of an item and their weights.</summary>
    public IEnumerable<(int Item, int Weight)> WeightsOf(int item)
    {
        for (long i = offsets[item]; i < offsets[item + 1]; i++)
            yield return (items[i], upTo is null ? 1 : upTo[i] - (i == offsets[item] ? 0 : upTo[i - 1]));
    }

    public void Save(BinaryWriter writer)
    {
        for (int item = 0; item + 1 < offsets.Length; item++)
        {
            writer.Write7BitEncodedInt(Of(item).Length);
            foreach ((int other, int weight) in WeightsOf(item))
            {
                writer.Write7BitEncodedInt(other);
                writer.Write7BitEncodedInt(weight);
            }
        }
    }

    /// <exception cref="InvalidDataException">The bytes are not of a catalogue of that size.</exception>
    public static ItemNeighbours Load(BinaryReader reader, int itemCount)
    {
        var begins = new long[itemCount + 1];
        var others = new List<int>();
        var sums = new List<int>();
        for (int item = 0; item < itemCount; item++)
        {
            int count = reader.ReadIndex(itemCount + 1), sum = 0;
            for (int i = 0; i < count; i++)
            {
                others.Add(reader.ReadIndex(itemCount));
                sums.Add(sum += reader.ReadCount());
            }

            begins[item + 1] = others.Count;
        }

        return new ItemNeighbours(begins, [.. others], [.. sums]);
    }

    public ReadOnlySpan<int> Of(int item) => items.AsSpan((int)offsets[item], (int)(offsets[item + 1] - offsets[item]));
}
