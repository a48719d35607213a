namespace MlNetSeqRec;

/// <summary>
/// A view of histories, and of targets where there are any, with the sequences that they are from: whoever needs indices takes them
/// from there, without the text of a single event.
/// </summary>
/// <param name="columns">The columns of the view.</param>
/// <param name="historyColumn">Which of them has the histories.</param>
/// <param name="targetColumn">Which of them has the targets; null for none.</param>
/// <param name="sequences">The sequences.</param>
/// <param name="rows">The rows as a user, and how many of the user's first events are the history; the target is the one after.</param>
internal sealed class HistoryTable(
    RowColumn[] columns, string historyColumn, string? targetColumn, Lazy<UserSequences> sequences, HistoryRows rows)
    : RowTable(() => rows.Count, columns)
{
    /// <summary>The histories as indices, and the targets where their column is asked for; null where the view has other columns.</summary>
    public EncodedHistories? Encode(string history, string? target, Func<ReadOnlyMemory<char>, int> indexOf)
    {
        if (history != historyColumn || (target is not null && target != targetColumn))
            return null;

        UserSequences all = sequences.Value;
        int count = rows.Count;
        var offsets = new long[count + 1];
        for (int row = 0; row < count; row++)
            offsets[row + 1] = offsets[row] + rows.LengthOf(row);
        var items = new int[offsets[^1]];
        int[]? targets = target is null ? null : new int[count];
        var known = new int[all.ItemIds.Length]; // 0: not asked yet; else the index and two more
        int at = 0;
        for (int row = 0; row < count; row++)
        {
            int start = (int)all.StartOf(rows.UserOf(row)), length = rows.LengthOf(row);
            foreach (int item in all.Items.AsSpan(start, length))
            {
                int index = IndexOf(item);
                if (index >= 0)
                    items[at++] = index;
            }

            offsets[row + 1] = at;
            if (targets is not null)
                targets[row] = IndexOf(all.Items[start + length]);
        }

        Array.Resize(ref items, at);
        return new EncodedHistories(items, offsets, targets);

        int IndexOf(int item)
        {
            if (known[item] == 0)
                known[item] = Math.Max(indexOf(all.ItemIds[item].AsMemory()), -1) + 2;
            return known[item] - 2;
        }
    }
}
