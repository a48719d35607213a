using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>
/// The input with the model's columns. Rows are scored some hundreds at a time: a second cursor reads histories ahead of
/// the one that the caller moves. A cursor that asks for none of the model's columns scores nothing.
/// </summary>
internal sealed class RecommendationView(IDataView input, IHistoryMapper model) : IDataView
{
    // So many that their scores take a gigabyte at most.
    private int RowsAtOnce => Math.Clamp(256_000_000 / Math.Max(1, model.Catalogue.Count), 8, 256);

    public DataViewSchema Schema { get; } = model.GetOutputSchema(input.Schema);

    public bool CanShuffle => false;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this, [.. columnsNeeded]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly RecommendationView _view;
        private readonly IHistoryMapper _model;
        private readonly DataViewRowCursor _rows;
        private readonly DataViewRowCursor? _ahead;
        private readonly HashSet<int> _active;
        private readonly bool _needsTop;
        private readonly bool _needsRanks;
        private readonly Action<List<int>>? _readHistory;
        private readonly Func<int>? _readTarget;
        private RowResult[] _results = [];
        private int _at = -1;

        public Cursor(RecommendationView view, DataViewSchema.Column[] needed)
        {
            (_view, _model) = (view, view.Model);
            DataViewSchema source = view.Input.Schema;
            _active = [.. needed.Select(column => column.Index)];
            _rows = view.Input.GetRowCursor(source.Where(column => _active.Contains(column.Index)));
            string[] added = [.. needed.Where(column => column.Index >= source.Count).Select(column => column.Name)];
            _needsRanks = added.Any(name => name is RecommendationColumns.TargetRank or RecommendationColumns.TargetRankUnseen);
            _needsTop = added.Any(name => name is not (RecommendationColumns.TargetRank or RecommendationColumns.TargetRankUnseen));
            if (added.Length == 0)
                return;

            DataViewSchema.Column history = HistoryReader.Find(source, _model.Columns.History);
            DataViewSchema.Column[] read = _needsRanks ? [history, source[_model.Columns.Target]] : [history];
            _ahead = view.Input.GetRowCursor(read);
            _readHistory = HistoryReader.ForHistory(_ahead, history, _model.Catalogue.IndexOf);
            _readTarget = _needsRanks ? HistoryReader.ForItem(_ahead, source[_model.Columns.Target], _model.Catalogue.IndexOf) : null;
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _rows.Position;

        public override long Batch => _rows.Batch;

        public override bool MoveNext()
        {
            if (!_rows.MoveNext())
                return false;
            if (_ahead is not null && ++_at >= _results.Length)
                Score();
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was made");
            if (column.Index < _view.Input.Schema.Count)
                return _rows.GetGetter<TValue>(_view.Input.Schema[column.Index]);
            return _model.Getter(column, () => _results[_at]) as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' is of type {column.Type}, not {typeof(TValue).Name}");
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _rows.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _rows.Dispose();
                _ahead?.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Score()
        {
            int atOnce = _view.RowsAtOnce;
            var histories = new List<ReadOnlyMemory<int>>(atOnce);
            var targets = new List<int>(atOnce);
            while (histories.Count < atOnce && _ahead!.MoveNext())
            {
                var history = new List<int>();
                _readHistory!(history);
                histories.Add(history.ToArray());
                if (_readTarget is not null)
                    targets.Add(_readTarget());
            }

            _results = _model.Score(histories, targets, _needsTop, _needsRanks);
            _at = 0;
        }
    }

    private IDataView Input => input;

    private IHistoryMapper Model => model;
}
