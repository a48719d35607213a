using Microsoft.ML;

namespace MlNetSeqRec.Data;

/// <summary>The interactions of Parquet files, whose users' sequences are read straight from them.</summary>
/// <param name="rows">The view of their rows.</param>
/// <param name="source">The files.</param>
internal sealed class InteractionFileView(IDataView rows, InteractionSource source) : ISequenceSource
{
    public DataViewSchema Schema => rows.Schema;

    public bool CanShuffle => rows.CanShuffle;

    public long? GetRowCount() => rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        rows.GetRowCursor(columnsNeeded, rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        rows.GetRowCursorSet(columnsNeeded, n, rand);

    public UserSequences? Sequences(string userColumn, string itemColumn, string? timeColumn)
    {
        if ((userColumn, itemColumn) != ("UserId", "ItemId") || timeColumn is not (null or "Timestamp"))
        {
            return null;
        }

        return InteractionSequences.Read(source, timeColumn is not null);
    }
}
