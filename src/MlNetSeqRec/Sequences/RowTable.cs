using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>The position that a cursor over a <see cref="RowTable"/> shares with the getters of its columns.</summary>
internal sealed class RowPosition
{
    public long Row = -1;
}

/// <summary>A column whose values are computed from the row's number.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Type">The column's type.</param>
/// <param name="MakeGetter">Makes a <see cref="ValueGetter{TValue}"/> that reads at the given position.</param>
/// <param name="Annotations">The column's annotations, key values for example.</param>
internal sealed record RowColumn(string Name, DataViewType Type, Func<RowPosition, Delegate> MakeGetter, DataViewSchema.Annotations? Annotations = null);

/// <summary>A data view over arrays in memory, of which nothing is copied: each value is made when it is asked for.</summary>
internal class RowTable : IDataView
{
    private readonly Lazy<long> _rows;
    private readonly RowColumn[] _columns;

    public RowTable(Func<long> rows, params RowColumn[] columns)
    {
        _rows = new Lazy<long>(rows);
        _columns = columns;
        var schema = new DataViewSchema.Builder();
        foreach (RowColumn column in columns)
            schema.AddColumn(column.Name, column.Type, column.Annotations);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows.IsValueCreated ? _rows.Value : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly RowTable _table;
        private readonly RowPosition _position = new();
        private readonly Delegate?[] _getters;

        public Cursor(RowTable table, IEnumerable<DataViewSchema.Column> needed)
        {
            _table = table;
            _getters = new Delegate?[table._columns.Length];
            foreach (DataViewSchema.Column column in needed)
                _getters[column.Index] = table._columns[column.Index].MakeGetter(_position);
        }

        public override DataViewSchema Schema => _table.Schema;

        public override long Position => _position.Row;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (_position.Row + 1 >= _table._rows.Value)
            {
                _position.Row = -1;
                return false;
            }

            _position.Row++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] is not null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = _getters[column.Index]
                ?? throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was made");
            return getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' is of type {column.Type}, not {typeof(TValue).Name}");
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position.Row, 0);
    }
}
