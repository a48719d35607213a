using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>
/// One sequence of items for each user, oldest first, in compact arrays: all events of all users in <see cref="Items"/>,
/// and where each user's events begin in <see cref="Offsets"/>.
/// </summary>
internal sealed class UserSequences
{
    private UserSequences(string[] userIds, string[] itemIds, int[] items, long[]? times, long[] offsets)
    {
        (UserIds, ItemIds, Items, Times, Offsets) = (userIds, itemIds, items, times, offsets);
    }

    /// <summary>User ids in the order in which they first appear.</summary>
    public string[] UserIds { get; }

    /// <summary>Item ids in the order in which they first appear.</summary>
    public string[] ItemIds { get; }

    /// <summary>For each event, the item as an index into <see cref="ItemIds"/>.</summary>
    public int[] Items { get; }

    /// <summary>For each event its time, where the data has one.</summary>
    public long[]? Times { get; }

    /// <summary>User u's events are those from Offsets[u] to Offsets[u + 1].</summary>
    public long[] Offsets { get; }

    public int Users => UserIds.Length;

    public int LengthOf(int user) => (int)(Offsets[user + 1] - Offsets[user]);

    /// <summary>
    /// Reads interactions and sorts each user's by time. Events of the same time stay in the order of the rows, and
    /// repeated events are kept. Without a time column the order of the rows is the order of the events.
    /// </summary>
    public static UserSequences Read(IDataView interactions, string userColumn, string itemColumn, string? timeColumn)
    {
        DataViewSchema schema = interactions.Schema;
        DataViewSchema.Column user = Columns.Find(schema, userColumn, "a user id");
        DataViewSchema.Column item = Columns.Find(schema, itemColumn, "an item id");
        DataViewSchema.Column? time = timeColumn is null ? null : Columns.Find(schema, timeColumn, "a time");

        var users = new List<int>();
        var items = new List<int>();
        var times = time is null ? null : new List<long>();
        var userIndex = new IdIndex();
        var itemIndex = new IdIndex();
        using (DataViewRowCursor cursor = interactions.GetRowCursor(time is { } t ? [user, item, t] : [user, item]))
        {
            Func<ReadOnlyMemory<char>> readUser = Columns.IdReader(cursor, user, "a user id (text, a key or a whole number)");
            Func<ReadOnlyMemory<char>> readItem = Columns.IdReader(cursor, item, "an item id (text, a key or a whole number)");
            Func<long>? readTime = time is { } column ? Columns.TimeReader(cursor, column) : null;
            while (cursor.MoveNext())
            {
                ReadOnlyMemory<char> userId = readUser();
                ReadOnlyMemory<char> itemId = readItem();
                if (userId.IsEmpty || itemId.IsEmpty)
                    throw new InvalidDataException($"Row {cursor.Position} has no {(userId.IsEmpty ? $"user (column '{userColumn}')" : $"item (column '{itemColumn}')")}");
                users.Add(userIndex.Add(userId.Span));
                items.Add(itemIndex.Add(itemId.Span));
                times?.Add(readTime!());
            }
        }

        return Group(userIndex.ToArray(), itemIndex.ToArray(), users, items, times);
    }

    private static UserSequences Group(string[] userIds, string[] itemIds, List<int> users, List<int> items, List<long>? times)
    {
        var offsets = new long[userIds.Length + 1];
        foreach (int user in users)
            offsets[user + 1]++;
        for (int u = 0; u < userIds.Length; u++)
            offsets[u + 1] += offsets[u];

        long[] next = offsets[..^1];
        var grouped = new int[items.Count];
        long[]? groupedTimes = times is null ? null : new long[items.Count];
        for (int i = 0; i < users.Count; i++)
        {
            long at = next[users[i]]++;
            grouped[at] = items[i];
            if (groupedTimes is not null)
                groupedTimes[at] = times![i];
        }

        if (groupedTimes is not null)
        {
            for (int u = 0; u < userIds.Length; u++)
                SortByTime(grouped, groupedTimes, (int)offsets[u], (int)(offsets[u + 1] - offsets[u]));
        }

        return new UserSequences(userIds, itemIds, grouped, groupedTimes, offsets);
    }

    private static void SortByTime(int[] items, long[] times, int start, int length)
    {
        Span<long> own = times.AsSpan(start, length);
        bool sorted = true;
        for (int i = 1; i < length && sorted; i++)
            sorted = own[i - 1] <= own[i];
        if (sorted)
            return;

        // Array.Sort is not stable: the position breaks ties.
        var keys = new (long Time, int Position)[length];
        int[] values = items.AsSpan(start, length).ToArray();
        for (int i = 0; i < length; i++)
            keys[i] = (own[i], i);
        Array.Sort(keys, values);
        for (int i = 0; i < length; i++)
        {
            own[i] = keys[i].Time;
            items[start + i] = values[i];
        }
    }
}
