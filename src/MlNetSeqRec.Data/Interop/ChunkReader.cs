using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace MlNetSeqRec.Data;

/// <summary>
/// The rows of a query, some thousands at a time, as DuckDB holds them: no object is made for a value. What a call gives is good
/// until the next <see cref="MoveNext"/>.
/// </summary>
internal sealed unsafe class ChunkReader : IDisposable
{
    private const int LongestInline = 12;

    private readonly string _file;
    private readonly DuckDBPreparedStatement _statement;
    private readonly int _columns;
    private readonly nint[] _data, _vectors;
    private DuckDBResult _result;
    private DuckDBDataChunk? _chunk;

    /// <param name="connection">Runs the query.</param>
    /// <param name="sql">The query.</param>
    /// <param name="file">The file that it reads, to be named in errors.</param>
    /// <exception cref="InvalidDataException">The query fails: the file is damaged or is gone.</exception>
    public ChunkReader(DuckDBConnection connection, string sql, string file)
    {
        _file = file;
        if (NativeMethods.PreparedStatements.DuckDBPrepare(connection.NativeConnection, sql, out _statement) != DuckDBState.Success)
        {
            string error = NativeMethods.PreparedStatements.DuckDBPrepareError(_statement);
            _statement.Dispose();
            throw Failure(error);
        }

        if (NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(_statement, out _result) != DuckDBState.Success)
        {
            string error = NativeMethods.Query.DuckDBResultError(ref _result);
            Dispose();
            throw Failure(error);
        }

        _columns = (int)NativeMethods.Query.DuckDBColumnCount(ref _result);
        (_data, _vectors) = (new nint[_columns], new nint[_columns]);
    }

    /// <summary>Rows that can be read now.</summary>
    public int Rows { get; private set; }

    /// <summary>Goes on to the next rows; false where there are no more.</summary>
    /// <exception cref="InvalidDataException">The query fails: the file is damaged or is gone.</exception>
    public bool MoveNext()
    {
        _chunk?.Dispose();
        _chunk = NativeMethods.StreamingResult.DuckDBStreamFetchChunk(_result);
        Rows = _chunk.IsInvalid ? 0 : (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(_chunk);
        if (Rows == 0)
        {
            string error = NativeMethods.Query.DuckDBResultError(ref _result);
            return string.IsNullOrEmpty(error) ? false : throw Failure(error);
        }

        for (int column = 0; column < _columns; column++)
        {
            _vectors[column] = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);
            _data[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetData(_vectors[column]);
        }

        return true;
    }

    /// <summary>The UTF-8 of a VARCHAR; empty where it is null.</summary>
    public ReadOnlySpan<byte> Text(int column, int row)
    {
        if (IsNull(column, row))
        {
            return [];
        }

        // A length, then up to twelve bytes in place, or else four of them and where all are.
        byte* value = (byte*)_data[column] + (16L * row);
        int length = *(int*)value;
        return new ReadOnlySpan<byte>(length <= LongestInline ? value + 4 : *(byte**)(value + 8), length);
    }

    /// <summary>A column of BIGINT. The value of a null is any.</summary>
    public ReadOnlySpan<long> Longs(int column) => new((void*)_data[column], Rows);

    /// <summary>A list of INTEGER; empty where it is null.</summary>
    public ReadOnlySpan<int> List(int column, int row)
    {
        if (IsNull(column, row))
        {
            return [];
        }

        DuckDBListEntry entry = ((DuckDBListEntry*)_data[column])[row];
        int* values = (int*)NativeMethods.Vectors.DuckDBVectorGetData(NativeMethods.Vectors.DuckDBListVectorGetChild(_vectors[column]));
        return new ReadOnlySpan<int>(values + entry.Offset, (int)entry.Length);
    }

    private bool IsNull(int column, int row)
    {
        ulong* valid = NativeMethods.Vectors.DuckDBVectorGetValidity(_vectors[column]);
        return valid is not null && (valid[row / 64] & (1UL << (row % 64))) == 0;
    }

    public void Dispose()
    {
        _chunk?.Dispose();
        NativeMethods.Query.DuckDBDestroyResult(ref _result);
        _statement.Dispose();
    }

    private InvalidDataException Failure(string error) => new($"{_file} cannot be read: {error.Split('\n')[0]}");
}
