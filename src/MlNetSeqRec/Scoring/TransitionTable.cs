namespace MlNetSeqRec;

/// <summary>What came directly after each item in training, and how often: the first-order rule that sequential models are measured against.</summary>
internal sealed class TransitionTable
{
    private readonly long[] _offsets;
    private readonly int[] _followers;
    private readonly int[] _times;

    private TransitionTable(long[] offsets, int[] followers, int[] times) => (_offsets, _followers, _times) = (offsets, followers, times);

    /// <summary>Counts the pairs of neighbours in some sequences.</summary>
    /// <param name="items">The sequences, one after another, oldest item first.</param>
    /// <param name="starts">Sequence s runs from starts[s] to starts[s + 1].</param>
    /// <param name="itemCount">Size of the catalogue.</param>
    public static TransitionTable Count(int[] items, long[] starts, int itemCount)
    {
        var pairs = new long[Enumerable.Range(0, starts.Length - 1).Sum(row => Math.Max(0L, starts[row + 1] - starts[row] - 1))];
        long next = 0;
        for (int row = 0; row + 1 < starts.Length; row++)
        {
            for (long i = starts[row] + 1; i < starts[row + 1]; i++)
                pairs[next++] = ((long)items[i - 1] << 32) | (uint)items[i];
        }

        Array.Sort(pairs);
        var offsets = new long[itemCount + 1];
        var followers = new List<int>();
        var times = new List<int>();
        for (long i = 0; i < pairs.LongLength; i++)
        {
            if (i > 0 && pairs[i] == pairs[i - 1])
            {
                times[^1]++;
                continue;
            }

            followers.Add((int)pairs[i]);
            times.Add(1);
            offsets[(pairs[i] >> 32) + 1]++;
        }

        for (int item = 0; item < itemCount; item++)
            offsets[item + 1] += offsets[item];
        return new TransitionTable(offsets, [.. followers], [.. times]);
    }

    /// <summary>The items that came after one, and how often.</summary>
    public IEnumerable<(int Item, int Times)> TimesAfter(int item)
    {
        for (long i = _offsets[item]; i < _offsets[item + 1]; i++)
            yield return (_followers[i], _times[i]);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_followers.Length);
        foreach (long offset in _offsets)
            writer.Write(offset);
        for (int i = 0; i < _followers.Length; i++)
        {
            writer.Write(_followers[i]);
            writer.Write(_times[i]);
        }
    }

    /// <exception cref="InvalidDataException">The table is not one of a catalogue of that size.</exception>
    public static TransitionTable Load(BinaryReader reader, int itemCount)
    {
        int count = reader.ReadInt32();
        long[] offsets = [.. Enumerable.Range(0, itemCount + 1).Select(_ => reader.ReadInt64())];
        if (count < 0 || offsets[0] != 0 || offsets[^1] != count || Enumerable.Range(0, itemCount).Any(item => offsets[item] > offsets[item + 1]))
            throw new InvalidDataException("The table of transitions is damaged.");
        int[] followers = new int[count], times = new int[count];
        for (int i = 0; i < count; i++)
        {
            (followers[i], times[i]) = (reader.ReadInt32(), reader.ReadInt32());
            if (followers[i] < 0 || followers[i] >= itemCount || times[i] < 1)
                throw new InvalidDataException("The table of transitions is damaged.");
        }

        return new TransitionTable(offsets, followers, times);
    }
}
