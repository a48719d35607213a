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
        var first = new Lazy<UserSequences>(() => sequences.Value.First(lengths()));
        var ends = new Lazy<long[]>(() => EndsOf(first.Value));
        RowColumn user = new(UserColumn, TextDataViewType.Instance, at =>
        {
            var place = new EventPlace(first, ends, at);
            return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = place.UserId());
        });
        RowColumn item = new(ItemColumn, TextDataViewType.Instance, at =>
        {
            var place = new EventPlace(first, ends, at);
            return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = first.Value.ItemIds[first.Value.Items[place.Event()]].AsMemory());
        });
        RowColumn time = new(TimeColumn, NumberDataViewType.Int64, at =>
        {
            var place = new EventPlace(first, ends, at);
            return (ValueGetter<long>)((ref long value) => value = first.Value.Times![place.Event()]);
        });
        return new InteractionTable(
            timed ? [user, item, time] : [user, item], first, () => ends.Value.LastOrDefault(), UserColumn, ItemColumn, timed ? TimeColumn : null);
    }

    /// <summary>One row (user, history) for each user, with all events.</summary>
    public static IDataView Histories(Lazy<UserSequences> sequences, string userColumn, string historyColumn)
    {
        var rows = HistoryRows.Whole(sequences);
        return new HistoryTable([User(sequences, rows, userColumn), History(sequences, rows, historyColumn)], historyColumn, null, sequences, rows);
    }

    /// <summary>One row (user, history, target) for each user that has a target, given by its position in the sequence.</summary>
    public static IDataView HistoriesWithTargets(Lazy<UserSequences> sequences, Func<int[]> targets)
    {
        var rows = HistoryRows.Before(targets);
        RowColumn target = new(TargetColumn, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
        {
            UserSequences all = sequences.Value;
            value = all.ItemIds[all.Items[all.StartOf(rows.UserOf(at.Row)) + rows.LengthOf(at.Row)]].AsMemory();
        }));
        return new HistoryTable(
            [User(sequences, rows, UserColumn), History(sequences, rows, HistoryColumn), target], HistoryColumn, TargetColumn, sequences, rows);
    }

    private static RowColumn User(Lazy<UserSequences> sequences, HistoryRows rows, string name) =>
        new(name, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
            value = sequences.Value.UserId(rows.UserOf(at.Row)).AsMemory()));

    private static RowColumn History(Lazy<UserSequences> sequences, HistoryRows rows, string name) =>
        new(name, _texts, at => (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            UserSequences all = sequences.Value;
            ReadOnlySpan<int> items = all.Items.AsSpan((int)all.StartOf(rows.UserOf(at.Row)), rows.LengthOf(at.Row));
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, items.Length);
            for (int i = 0; i < items.Length; i++)
                editor.Values[i] = all.ItemIds[items[i]].AsMemory();
            value = editor.Commit();
        }));

    // The number of events up to each user's last.
    private static long[] EndsOf(UserSequences sequences)
    {
        var ends = new long[sequences.Users];
        long end = 0;
        for (int user = 0; user < ends.Length; user++)
            ends[user] = end += sequences.LengthOf(user);
        return ends;
    }

    /// <summary>The user and the event of a row; rows are read one after the other, so they are found from the last ones.</summary>
    private sealed class EventPlace(Lazy<UserSequences> sequences, Lazy<long[]> ends, RowPosition at)
    {
        private int _user, _named = -1;
        private ReadOnlyMemory<char> _id;

        public long Event()
        {
            int user = User();
            return sequences.Value.StartOf(user) + at.Row - (user == 0 ? 0 : ends.Value[user - 1]);
        }

        public ReadOnlyMemory<char> UserId()
        {
            if (_named != User())
                (_named, _id) = (_user, sequences.Value.UserId(_user).AsMemory());
            return _id;
        }

        private int User()
        {
            if (_user > 0 && at.Row < ends.Value[_user - 1])
                _user = 0;
            while (at.Row >= ends.Value[_user])
                _user++;
            return _user;
        }
    }
}
