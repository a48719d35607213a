using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>Histories as indices into a catalogue, in one flat array, with the target of each where there is one.</summary>
/// <param name="Items">All histories, one after another, oldest item first.</param>
/// <param name="Offsets">History i runs from Offsets[i] to Offsets[i + 1].</param>
/// <param name="Targets">The target of each history; -1 where the catalogue lacks it; null without a target column.</param>
internal sealed record EncodedHistories(int[] Items, long[] Offsets, int[]? Targets)
{
    private readonly Lazy<int> _itemLimit = new(() => Items.Length == 0 ? 0 : Items.Max() + 1);

    /// <summary>One more than the greatest index.</summary>
    public int ItemLimit => _itemLimit.Value;

    public int Count => Offsets.Length - 1;

    public int LengthOf(int row) => (int)(Offsets[row + 1] - Offsets[row]);

    public ReadOnlySpan<int> Of(int row) => Items.AsSpan((int)Offsets[row], LengthOf(row));

    /// <summary>Some of the histories, in the order given.</summary>
    public EncodedHistories OfRows(IReadOnlyList<int> rows)
    {
        var offsets = new long[rows.Count + 1];
        for (int i = 0; i < rows.Count; i++)
            offsets[i + 1] = offsets[i] + LengthOf(rows[i]);
        var items = new int[offsets[^1]];
        for (int i = 0; i < rows.Count; i++)
            Of(rows[i]).CopyTo(items.AsSpan((int)offsets[i]));
        return new EncodedHistories(items, offsets, Targets is null ? null : [.. rows.Select(row => Targets[row])]);
    }

    /// <summary>Every so-manieth history, so that there are at most so many, and at least one; itself where there are no more.</summary>
    public EncodedHistories Thinned(long most)
    {
        int every = 1 + (int)((Count - 1) / Math.Max(1, most));
        return Count == 0 || every == 1 ? this : OfRows([.. Enumerable.Range(0, Count).Where(row => row % every == 0)]);
    }

    public static EncodedHistories Read(IDataView data, string historyColumn, string? targetColumn, Func<ReadOnlyMemory<char>, int> indexOf)
    {
        if (data is HistoryTable table && table.Encode(historyColumn, targetColumn, indexOf) is { } ready)
            return ready;

        DataViewSchema.Column history = HistoryReader.Find(data.Schema, historyColumn);
        DataViewSchema.Column? target = targetColumn is null ? null : Columns.Find(data.Schema, targetColumn, "the item that came next");
        var items = new List<int>();
        var offsets = new List<long> { 0 };
        var targets = target is null ? null : new List<int>();
        using (DataViewRowCursor cursor = data.GetRowCursor(target is { } column ? [history, column] : [history]))
        {
            Action<List<int>> readHistory = HistoryReader.ForHistory(cursor, history, indexOf);
            Func<int>? readTarget = target is { } targetOf ? HistoryReader.ForItem(cursor, targetOf, indexOf) : null;
            while (cursor.MoveNext())
            {
                readHistory(items);
                offsets.Add(items.Count);
                targets?.Add(readTarget!());
            }
        }

        return new EncodedHistories([.. items], [.. offsets], targets?.ToArray());
    }

    /// <summary>The same histories where each item has a higher index.</summary>
    public EncodedHistories Shift(int by) =>
        by == 0 ? this : new EncodedHistories(Array.ConvertAll(Items, item => item + by), Offsets, Targets is null ? null : Array.ConvertAll(Targets, target => target < 0 ? target : target + by));

    /// <summary>Several sets of histories over one catalogue, one after the other, without targets.</summary>
    public static EncodedHistories Join(IReadOnlyList<EncodedHistories> parts)
    {
        var offsets = new List<long> { 0 };
        foreach (EncodedHistories part in parts)
        {
            long begin = offsets[^1];
            offsets.AddRange(part.Offsets.Skip(1).Select(offset => begin + offset));
        }

        return new EncodedHistories([.. parts.SelectMany(part => part.Items)], [.. offsets], null);
    }

    /// <summary>How often each item occurs.</summary>
    public int[] CountItems(int itemCount)
    {
        var counts = new int[itemCount];
        foreach (int item in Items)
            counts[item]++;
        return counts;
    }
}
