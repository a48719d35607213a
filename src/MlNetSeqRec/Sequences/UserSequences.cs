using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>
/// One sequence of items for each user, oldest first, in compact arrays: 4 bytes for each event's item, 8 for its time where it has
/// one, and some thirty for each user.
/// </summary>
internal sealed class UserSequences
{
    private readonly IdPool _ids;
    private readonly int[]? _users; // users' places among the ids and the starts; null for all, in order
    private readonly long[] _starts;
    private readonly int[]? _lengths; // null: up to the next user's start

    /// <param name="ids">User ids.</param>
    /// <param name="itemIds">Item ids.</param>
    /// <param name="items">For each event, the item as an index into the item ids.</param>
    /// <param name="times">For each event its time, where the data has one.</param>
    /// <param name="starts">User u's events are those from starts[u] to starts[u + 1].</param>
    internal UserSequences(IdPool ids, string[] itemIds, int[] items, long[]? times, long[] starts)
        : this(ids, itemIds, items, times, starts, null, null)
    {
    }

    private UserSequences(IdPool ids, string[] itemIds, int[] items, long[]? times, long[] starts, int[]? users, int[]? lengths)
    {
        (_ids, ItemIds, Items, Times, _starts, _users, _lengths) = (ids, itemIds, items, times, starts, users, lengths);
    }

    /// <summary>Item ids. There may be some of which no event is.</summary>
    public string[] ItemIds { get; }

    /// <summary>For each event of any user, the item as an index into <see cref="ItemIds"/>.</summary>
    public int[] Items { get; }

    /// <summary>For each event its time, where the data has one.</summary>
    public long[]? Times { get; }

    /// <summary>Users, in the order in which they first appear.</summary>
    public int Users => _users?.Length ?? _ids.Count;

    public string UserId(int user) => _ids.TextOf(_users?[user] ?? user);

    /// <summary>Where a user's events begin.</summary>
    public long StartOf(int user) => _starts[_users?[user] ?? user];

    public int LengthOf(int user) => _lengths?[user] ?? (int)(_starts[user + 1] - _starts[user]);

    /// <summary>The first events of each user, so many as are told; users of whom none are told are left out. Nothing is copied.</summary>
    public UserSequences First(int[] lengths)
    {
        if (!lengths.Contains(0))
            return new UserSequences(_ids, ItemIds, Items, Times, _starts, _users, lengths);
        int[] kept = [.. Enumerable.Range(0, Users).Where(user => lengths[user] > 0)];
        return new UserSequences(
            _ids, ItemIds, Items, Times, _starts, Array.ConvertAll(kept, user => _users?[user] ?? user), Array.ConvertAll(kept, user => lengths[user]));
    }

    /// <summary>
    /// Reads interactions and sorts each user's by time. Events of the same time stay in the order of the rows, and
    /// repeated events are kept. Without a time column the order of the rows is the order of the events.
    /// </summary>
    public static UserSequences Read(IDataView interactions, string userColumn, string itemColumn, string? timeColumn)
    {
        if (interactions is ISequenceSource source && source.Sequences(userColumn, itemColumn, timeColumn) is { } ready)
            return ready;

        DataViewSchema schema = interactions.Schema;
        DataViewSchema.Column user = Columns.Find(schema, userColumn, "a user id");
        DataViewSchema.Column item = Columns.Find(schema, itemColumn, "an item id");
        DataViewSchema.Column? time = timeColumn is null ? null : Columns.Find(schema, timeColumn, "a time");

        var builder = new SequenceBuilder(time is not null);
        using DataViewRowCursor cursor = interactions.GetRowCursor(time is { } t ? [user, item, t] : [user, item]);
        Func<ReadOnlyMemory<char>> readUser = Columns.IdReader(cursor, user, "a user id (text, a key or a whole number)");
        Func<ReadOnlyMemory<char>> readItem = Columns.IdReader(cursor, item, "an item id (text, a key or a whole number)");
        Func<long>? readTime = time is { } column ? Columns.TimeReader(cursor, column) : null;
        while (cursor.MoveNext())
        {
            ReadOnlyMemory<char> userId = readUser();
            ReadOnlyMemory<char> itemId = readItem();
            if (userId.IsEmpty || itemId.IsEmpty)
                throw NoId(cursor.Position, userId.IsEmpty, userColumn, itemColumn);
            builder.Add(userId.Span, itemId.Span, readTime?.Invoke() ?? 0);
        }

        return builder.Build();
    }

    /// <summary>The same users and items with some of each user's events.</summary>
    /// <param name="choose">Is given a user and adds, ascending, the places in <see cref="Items"/> of the events that stay.</param>
    public UserSequences Where(Action<int, List<int>> choose)
    {
        var starts = new long[_ids.Count + 1];
        int[] lengths = new int[Users];
        var all = new List<int>();
        var own = new List<int>();
        for (int user = 0; user < Users; user++)
        {
            own.Clear();
            choose(user, own);
            (starts[_users?[user] ?? user], lengths[user]) = (all.Count, own.Count);
            all.AddRange(own);
        }

        return new UserSequences(_ids, ItemIds, [.. all.Select(at => Items[at])], Times is null ? null : [.. all.Select(at => Times[at])], starts, _users, lengths);
    }

    internal static InvalidDataException NoId(long row, bool user, string userColumn, string itemColumn) =>
        new($"Row {row} has no {(user ? $"user (column '{userColumn}')" : $"item (column '{itemColumn}')")}");
}
