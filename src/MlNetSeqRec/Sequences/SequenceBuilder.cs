namespace MlNetSeqRec;

/// <summary>
/// Collects events, row by row, into <see cref="UserSequences"/>. Where each user's events come together and in order, as prepared
/// data have them, an event takes no more than its item and its time, and nothing is moved at the end.
/// </summary>
internal sealed class SequenceBuilder
{
    private readonly IdIndex _users = new(), _items = new();
    private readonly List<(int User, int Length)> _runs = []; // neighbouring events of one user
    private int[] _events;
    private long[]? _times;
    private int _count;
    private long _warmed; // keeps the reads of Warm from being left out

    /// <param name="timed">Whether events have times.</param>
    /// <param name="rows">How many events there will be, where that is known.</param>
    public SequenceBuilder(bool timed, long rows = 0)
    {
        _events = new int[rows];
        _times = timed ? new long[rows] : null;
    }

    public void Add(ReadOnlySpan<char> user, ReadOnlySpan<char> item, long time)
    {
        AddUser(_users.BytesOf(user));
        Add(_items.Add(item), time);
    }

    public void Add(ReadOnlySpan<byte> user, ReadOnlySpan<byte> item, long time)
    {
        AddUser(user);
        Add(_items.Add(item), time);
    }

    /// <summary>
    /// Reads, of items that are to be added next, what finding them will read. Among millions of ids each such read waits for the
    /// memory; here the waits of many overlap.
    /// </summary>
    /// <param name="near">For each, what <see cref="NearItem"/> gives.</param>
    public void Warm(ReadOnlySpan<int> near)
    {
        foreach (int item in near)
            _warmed += item < 0 ? 0 : _items.Ids.Bytes(item).Length;
    }

    /// <summary>See <see cref="IdIndex.Near"/>.</summary>
    public int NearItem(ReadOnlySpan<byte> item) => _items.Near(item);

    public UserSequences Build()
    {
        Array.Resize(ref _events, _count);
        if (_times is not null)
            Array.Resize(ref _times, _count);
        var starts = new long[_users.Count + 1];
        foreach ((int user, int length) in _runs)
            starts[user + 1] += length;
        for (int user = 0; user < _users.Count; user++)
            starts[user + 1] += starts[user];
        if (_runs.Count > _users.Count)
            BringTogether(starts);
        if (_times is not null)
        {
            for (int user = 0; user < _users.Count; user++)
                SortByTime(_events, _times, (int)starts[user], (int)(starts[user + 1] - starts[user]));
        }

        return new UserSequences(_users.Ids, _items.ToArray(), _events, _times, starts);
    }

    private void AddUser(ReadOnlySpan<byte> user)
    {
        if (_runs.Count > 0 && _users.Ids.Bytes(_runs[^1].User).SequenceEqual(user))
            _runs[^1] = (_runs[^1].User, _runs[^1].Length + 1);
        else
            _runs.Add((_users.Add(user), 1));
    }

    private void Add(int item, long time)
    {
        if (_count == _events.Length)
        {
            int larger = (int)Math.Min(Array.MaxLength, Math.Max(1024, 2L * _count));
            Array.Resize(ref _events, larger);
            if (_times is not null)
                Array.Resize(ref _times, larger);
        }

        _events[_count] = item;
        if (_times is not null)
            _times[_count] = time;
        _count++;
    }

    // Each user's events in the order of the rows.
    private void BringTogether(long[] starts)
    {
        _events = Together(_events);
        if (_times is not null)
            _times = Together(_times);

        T[] Together<T>(T[] values)
        {
            long[] next = starts[..^1];
            var grouped = new T[values.Length];
            int from = 0;
            foreach ((int user, int length) in _runs)
            {
                values.AsSpan(from, length).CopyTo(grouped.AsSpan((int)next[user]));
                next[user] += length;
                from += length;
            }

            return grouped;
        }
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
