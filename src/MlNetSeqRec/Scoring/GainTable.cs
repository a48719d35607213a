namespace MlNetSeqRec;

/// <summary>
/// What each item, as the latest of a history, adds to the scores of others: weight × ln(1 + times) for what came directly after it
/// in training (<see cref="TransitionTable"/>), and weight × cosine for items with texts like its own (<see cref="TextNeighbours"/>).
/// Gains are never below 0.
/// </summary>
internal sealed class GainTable
{
    private readonly long[] _offsets;
    private readonly int[] _items;
    private readonly float[] _gains;

    private GainTable(long[] offsets, int[] items, float[] gains) => (_offsets, _items, _gains) = (offsets, items, gains);

    /// <summary>The table of all items; null where nothing is added.</summary>
    /// <param name="itemCount">Size of the catalogue.</param>
    /// <param name="transitions">What came after each item; not used with weight 0.</param>
    /// <param name="transitionWeight">At least 0.</param>
    /// <param name="texts">Items with like texts; not used with weight 0.</param>
    /// <param name="textWeight">At least 0.</param>
    public static GainTable? Make(int itemCount, TransitionTable? transitions, float transitionWeight, TextNeighbours? texts, float textWeight)
    {
        return transitionWeight == 0 && textWeight == 0 ? null : Make(itemCount, (item, gains) =>
        {
            foreach ((int other, int times) in transitionWeight == 0 ? [] : transitions!.TimesAfter(item))
                gains[other] = transitionWeight * MathF.Log(1 + times);
            foreach ((int other, float cosine) in textWeight == 0 ? default : texts!.Of(item))
                gains[other] = gains.GetValueOrDefault(other) + (textWeight * cosine);
        });
    }

    /// <summary>A table from what <paramref name="add"/> puts down for each item as the latest.</summary>
    public static GainTable Make(int itemCount, Action<int, SortedDictionary<int, float>> add)
    {
        var offsets = new long[itemCount + 1];
        var items = new List<int>();
        var gains = new List<float>();
        var own = new SortedDictionary<int, float>();
        for (int item = 0; item < itemCount; item++)
        {
            own.Clear();
            add(item, own);
            items.AddRange(own.Keys);
            gains.AddRange(own.Values);
            offsets[item + 1] = items.Count;
        }

        return new GainTable(offsets, [.. items], [.. gains]);
    }

    /// <summary>The items whose scores gain after one, ascending, and how much.</summary>
    public IEnumerable<(int Item, float Gain)> After(int item)
    {
        for (long i = _offsets[item]; i < _offsets[item + 1]; i++)
            yield return (_items[i], _gains[i]);
    }

    public void Save(BinaryWriter writer)
    {
        for (int item = 0; item + 1 < _offsets.Length; item++)
        {
            writer.Write7BitEncodedInt((int)(_offsets[item + 1] - _offsets[item]));
            foreach ((int other, float gain) in After(item))
            {
                writer.Write7BitEncodedInt(other);
                writer.Write(gain);
            }
        }
    }

    /// <exception cref="InvalidDataException">The table is not one of a catalogue of that size.</exception>
    public static GainTable Load(BinaryReader reader, int itemCount)
    {
        var offsets = new long[itemCount + 1];
        var items = new List<int>();
        var gains = new List<float>();
        for (int item = 0; item < itemCount; item++)
        {
            for (int left = reader.ReadIndex(itemCount + 1); left > 0; left--)
            {
                items.Add(reader.ReadIndex(itemCount));
                gains.Add(reader.ReadSingle());
                if (!(gains[^1] >= 0 && float.IsFinite(gains[^1])))
                    throw new InvalidDataException("its table of gains is damaged");
            }

            offsets[item + 1] = items.Count;
        }

        return new GainTable(offsets, [.. items], [.. gains]);
    }
}
