using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>Data views over <see cref="UserSequences"/>. Nothing is read before the first row is asked for.</summary>
internal static class SequenceViews
{
    public const string UserColumn = "UserId";
    public const string ItemColumn = "ItemId";
    public const string TimeColumn = "Timestamp";
    public const string HistoryColumn = "History";
    public const string TargetColumn = "Target";

    private static readonly VectorDataViewType _texts = new(TextDataViewType.Instance);

    /// <summary>Rows (user, item, time) of each user's first <paramref name="lengths"/> events.</summary>
    public static IDataView Interactions(Lazy<UserSequences> sequences, Func<int[]> lengths, bool timed)
    {
        var events = new Lazy<(int User, long Event)[]>(() =>
        {
            int[] length = lengths();
            var rows = new List<(int, long)>();
            for (int u = 0; u < length.Length; u++)
            {
                for (int i = 0; i < length[u]; i++)
                    rows.Add((u, sequences.Value.Offsets[u] + i));
            }

            return [.. rows];
        });

        RowColumn user = new(UserColumn, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
            value = sequences.Value.UserIds[events.Value[at.Row].User].AsMemory()));
        RowColumn item = new(ItemColumn, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
            value = sequences.Value.ItemIds[sequences.Value.Items[events.Value[at.Row].Event]].AsMemory()));
        RowColumn time = new(TimeColumn, NumberDataViewType.Int64, at => (ValueGetter<long>)((ref long value) =>
            value = sequences.Value.Times![events.Value[at.Row].Event]));
        return new RowTable(() => events.Value.Length, timed ? [user, item, time] : [user, item]);
    }

    /// <summary>One row (user, history) for each user, with all events.</summary>
    public static IDataView Histories(Lazy<UserSequences> sequences, string userColumn, string historyColumn)
    {
        return new RowTable(
            () => sequences.Value.Users,
            new RowColumn(userColumn, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                value = sequences.Value.UserIds[at.Row].AsMemory())),
            new RowColumn(historyColumn, _texts, at => History(sequences, () => ((int)at.Row, sequences.Value.LengthOf((int)at.Row)))));
    }

    /// <summary>One row (user, history, target) for each user that has a target, given by its position in the sequence.</summary>
    public static IDataView HistoriesWithTargets(Lazy<UserSequences> sequences, Func<int[]> targets)
    {
        var rows = new Lazy<(int User, int Target)[]>(() => [.. targets().Select((target, user) => (user, target)).Where(row => row.target >= 0)]);
        return new RowTable(
            () => rows.Value.Length,
            new RowColumn(UserColumn, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                value = sequences.Value.UserIds[rows.Value[at.Row].User].AsMemory())),
            new RowColumn(HistoryColumn, _texts, at => History(sequences, () => rows.Value[at.Row])),
            new RowColumn(TargetColumn, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
            {
                (int user, int target) = rows.Value[at.Row];
                value = sequences.Value.ItemIds[sequences.Value.Items[sequences.Value.Offsets[user] + target]].AsMemory();
            })));
    }

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> History(Lazy<UserSequences> sequences, Func<(int User, int Length)> row)
    {
        return (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            UserSequences all = sequences.Value;
            (int user, int length) = row();
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, length);
            for (int i = 0; i < length; i++)
                editor.Values[i] = all.ItemIds[all.Items[all.Offsets[user] + i]].AsMemory();
            value = editor.Commit();
        };
    }
}
