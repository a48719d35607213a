using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>Scores single rows, for PredictionEngine. A row is scored once, however many of the model's columns are read.</summary>
internal sealed class RecommendationMapper(DataViewSchema input, IHistoryMapper model) : IRowToRowMapper
{
    public DataViewSchema InputSchema => input;

    public DataViewSchema OutputSchema { get; } = model.GetOutputSchema(input);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        DataViewSchema.Column[] needed = [.. dependingColumns];
        var names = needed.Where(column => column.Index < input.Count).Select(column => column.Index).ToHashSet();
        if (needed.Any(column => column.Index >= input.Count))
            names.Add(input[model.Columns.History].Index);
        if (needed.Any(column => column.Index >= input.Count && column.Name is RecommendationColumns.TargetRank or RecommendationColumns.TargetRankUnseen))
            names.Add(input[model.Columns.Target].Index);
        return input.Where(column => names.Contains(column.Index));
    }

    public DataViewRow GetRow(DataViewRow row, IEnumerable<DataViewSchema.Column> activeColumns) => new Row(this, model, row, [.. activeColumns]);

    private sealed class Row : DataViewRow
    {
        private readonly RecommendationMapper _mapper;
        private readonly IHistoryMapper _model;
        private readonly DataViewRow _row;
        private readonly HashSet<int> _active;
        private readonly bool _needsRanks;
        private readonly List<int> _history = [];
        private readonly Action<List<int>>? _readHistory;
        private readonly Func<int>? _readTarget;
        private long _scored = -1;
        private RowResult _result;

        public Row(RecommendationMapper mapper, IHistoryMapper model, DataViewRow row, DataViewSchema.Column[] active)
        {
            (_mapper, _model, _row) = (mapper, model, row);
            _active = [.. active.Select(column => column.Index)];
            DataViewSchema.Column[] added = [.. active.Where(column => column.Index >= row.Schema.Count)];
            if (added.Length == 0)
                return;

            _needsRanks = added.Any(column => column.Name is RecommendationColumns.TargetRank or RecommendationColumns.TargetRankUnseen);
            _readHistory = HistoryReader.ForHistory(row, HistoryReader.Find(row.Schema, model.Columns.History), model.Catalogue.IndexOf);
            _readTarget = _needsRanks ? HistoryReader.ForItem(row, row.Schema[model.Columns.Target], model.Catalogue.IndexOf) : null;
        }

        public override DataViewSchema Schema => _mapper.OutputSchema;

        public override long Position => _row.Position;

        public override long Batch => _row.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index < _row.Schema.Count)
                return _row.GetGetter<TValue>(_row.Schema[column.Index]);
            return _model.Getter(column, Current) as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' is of type {column.Type}, not {typeof(TValue).Name}");
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _row.GetIdGetter();

        private RowResult Current()
        {
            if (_scored != _row.Position)
            {
                _history.Clear();
                _readHistory!(_history);
                _result = _model.Score([_history.ToArray()], _needsRanks ? [_readTarget!()] : [], needsTop: true, _needsRanks)[0];
                _scored = _row.Position;
            }

            return _result;
        }
    }
}
