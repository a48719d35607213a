using DuckDB.NET.Data;
using Microsoft.ML;

namespace MlNetSeqRec.Data;

/// <summary>The interactions of a Parquet file, whose users' sequences are read straight from it.</summary>
/// <param name="rows">The view of its rows.</param>
/// <param name="file">The file.</param>
internal sealed class InteractionFileView(IDataView rows, string file) : ISequenceSource
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

        using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        string table = $"read_parquet([{Sql.Literal(file)}])";
        long count = Sql.Number(connection, $"SELECT count(*) FROM {table}", CancellationToken.None);
        var builder = new SequenceBuilder(timeColumn is not null, count);
        using var chunks = new ChunkReader(connection, $"SELECT user_id, item_id, timestamp FROM {table}", file);
        int[] near = [];
        for (long first = 0; chunks.MoveNext(); first += chunks.Rows)
        {
            if (near.Length < chunks.Rows)
            {
                near = new int[chunks.Rows];
            }

            for (int row = 0; row < chunks.Rows; row++)
            {
                near[row] = builder.NearItem(chunks.Text(1, row));
            }

            builder.Warm(near.AsSpan(0, chunks.Rows));
            ReadOnlySpan<long> times = chunks.Longs(2);
            for (int row = 0; row < chunks.Rows; row++)
            {
                ReadOnlySpan<byte> user = chunks.Text(0, row), item = chunks.Text(1, row);
                if (user.IsEmpty || item.IsEmpty)
                {
                    throw UserSequences.NoId(first + row, user.IsEmpty, userColumn, itemColumn);
                }

                builder.Add(user, item, times[row]);
            }
        }

        return builder.Build();
    }
}
