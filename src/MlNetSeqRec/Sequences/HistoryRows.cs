namespace MlNetSeqRec;

/// <summary>Rows of histories: which user each is of, and how many of the user's first events it has.</summary>
internal sealed class HistoryRows
{
    private readonly Lazy<int[]?> _users;
    private readonly Lazy<int> _count;
    private readonly Func<int, int> _lengthOfUser;

    private HistoryRows(Func<int[]?> users, Func<int> all, Func<int, int> lengthOfUser)
    {
        _users = new Lazy<int[]?>(users);
        _count = new Lazy<int>(() => _users.Value?.Length ?? all());
        _lengthOfUser = lengthOfUser;
    }

    /// <summary>A row for each user, with all events.</summary>
    public static HistoryRows Whole(Lazy<UserSequences> sequences) =>
        new(() => null, () => sequences.Value.Users, user => sequences.Value.LengthOf(user));

    /// <summary>A row for each user that has a target, given by its position among the user's events (-1: none).</summary>
    public static HistoryRows Before(Func<int[]> targets)
    {
        var positions = new Lazy<int[]>(targets);
        return new(
            () => [.. Enumerable.Range(0, positions.Value.Length).Where(user => positions.Value[user] >= 0)], () => 0, user => positions.Value[user]);
    }

    public int Count => _count.Value;

    public int UserOf(long row) => _users.Value?[row] ?? (int)row;

    public int LengthOf(long row) => _lengthOfUser(UserOf(row));
}
