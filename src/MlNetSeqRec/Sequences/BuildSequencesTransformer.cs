using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>Turns interactions into one history for each user. See <see cref="BuildSequencesEstimator"/>.</summary>
public sealed class BuildSequencesTransformer : ITransformer
{
    private readonly string _userColumn;
    private readonly string _itemColumn;
    private readonly string? _timeColumn;
    private readonly string _historyColumn;

    internal BuildSequencesTransformer(string userColumn, string itemColumn, string? timeColumn, string historyColumn)
    {
        (_userColumn, _itemColumn, _timeColumn, _historyColumn) = (userColumn, itemColumn, timeColumn, historyColumn);
    }

    /// <summary>True: a row that already has its history maps to itself, which serves single predictions.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema of the histories, or the input's own where it already has the history column.</summary>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (inputSchema.GetColumnOrNull(_historyColumn) is not null)
            return inputSchema;

        Columns.Find(inputSchema, _userColumn, $"a user id, or the column '{_historyColumn}' with a history that is ready");
        Columns.Find(inputSchema, _itemColumn, "an item id");
        if (_timeColumn is not null)
            Columns.Find(inputSchema, _timeColumn, "a time");
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(_userColumn, TextDataViewType.Instance);
        schema.AddColumn(_historyColumn, new VectorDataViewType(TextDataViewType.Instance));
        return schema.ToSchema();
    }

    /// <summary>A view of the histories; the interactions are read when its first row is.</summary>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema.GetColumnOrNull(_historyColumn) is not null)
            return input;

        GetOutputSchema(input.Schema);
        var sequences = new Lazy<UserSequences>(() => UserSequences.Read(input, _userColumn, _itemColumn, _timeColumn));
        return SequenceViews.Histories(sequences, _userColumn, _historyColumn);
    }

    /// <summary>A mapper that gives back rows that already have the history column.</summary>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Columns.Find(inputSchema, _historyColumn, "a history, since single rows cannot be grouped into one");
        return new IdentityMapper(inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => BuildSequencesLoader.Save(ctx, this);

    internal void Write(BinaryWriter writer)
    {
        writer.Write(_userColumn);
        writer.Write(_itemColumn);
        writer.Write(_timeColumn ?? string.Empty);
        writer.Write(_historyColumn);
    }

    internal static BuildSequencesTransformer Read(BinaryReader reader)
    {
        string user = reader.ReadString();
        string item = reader.ReadString();
        string time = reader.ReadString();
        return new BuildSequencesTransformer(user, item, time.Length == 0 ? null : time, reader.ReadString());
    }

    private sealed class IdentityMapper(DataViewSchema schema) : IRowToRowMapper
    {
        public DataViewSchema InputSchema => schema;

        public DataViewSchema OutputSchema => schema;

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => dependingColumns;

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => input;
    }
}
