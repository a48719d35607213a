using DuckDB.NET.Data;
using Microsoft.ML;

namespace MlNetSeqRec.Data;

/// <summary>Items from a Parquet file, with the file of their tokens.</summary>
/// <param name="items">The items.</param>
/// <param name="file">Their tokens, in the same order.</param>
/// <param name="tokenizerSha256">Whose tokens they are.</param>
internal sealed class TokenizedItemsView(IDataView items, string file, string tokenizerSha256) : ITokenizedItems
{
    public string TokenizerSha256 => tokenizerSha256;

    public DataViewSchema Schema => items.Schema;

    public bool CanShuffle => items.CanShuffle;

    public long? GetRowCount() => items.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        items.GetRowCursor(columnsNeeded, rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        items.GetRowCursorSet(columnsNeeded, n, rand);

    public ItemTokens ReadTokens(int rowCount)
    {
        using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        string table = $"read_parquet([{Sql.Literal(file)}])";
        var offsets = new int[Sql.Number(connection, $"SELECT count(*) FROM {table}", CancellationToken.None) + 1];
        var tokens = new int[Sql.Number(connection, $"SELECT sum(len(tokens)) FROM {table}", CancellationToken.None)];
        using var chunks = new ChunkReader(connection, $"SELECT tokens FROM {table}", file);
        int item = 0;
        while (chunks.MoveNext())
        {
            for (int row = 0; row < chunks.Rows; row++, item++)
            {
                ReadOnlySpan<int> own = chunks.List(0, row);
                own.CopyTo(tokens.AsSpan(offsets[item]));
                offsets[item + 1] = offsets[item] + own.Length;
            }
        }

        return tokens.AsSpan().IndexOfAnyExceptInRange(0, rowCount - 1) is var strange && strange < 0
            ? new ItemTokens(tokens, offsets, rowCount)
            : throw new InvalidDataException($"{file} is damaged: token {tokens[strange]} is not in [0, {rowCount}).");
    }
}
