using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace MlNetSeqRec.Data.Reading;

/// <summary>Reads a file's lines into a Parquet file, one row a line, in order.</summary>
internal static class LineTable
{
    // Kept for one run and read once or twice: quick to write rather than small.
    private const string Settings = "FORMAT parquet, COMPRESSION lz4";

    /// <summary>
    /// Reads with DuckDB and sweeps the file beside it (SHA-256, whole gzip, text). Only where the sweep finds text that DuckDB
    /// cannot take is the reading stopped and done again from a mended copy: that is rare, and both at once saves most of the sweep.
    /// </summary>
    /// <param name="connection">Reads.</param>
    /// <param name="path">The file.</param>
    /// <param name="select">The query that gives the rows from the lines.</param>
    /// <param name="table">The Parquet file to write.</param>
    /// <param name="workFolder">Takes the mended copy.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>SHA-256 of the bytes on disk.</returns>
    public static string Write(
        DuckDBConnection connection, string path, Func<SourceFile, string> select, string table, string workFolder, CancellationToken cancellation)
    {
        SourceFile file = SourceFile.Open(path);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<(string Sha256, bool Clean)> sweep = Task.Run(() => file.Sweep(reading.Cancel, cancellation), CancellationToken.None);
        Exception? failure = null;
        try
        {
            Copy(connection, select(file), table, reading.Token);
        }
        catch (Exception error) when (error is DuckDBException or OperationCanceledException)
        {
            failure = error;
            if (Resources.IsDiskFull(error))
            {
                reading.Cancel();
            }
        }

        var (sha256, clean) = sweep.GetAwaiter().GetResult();
        cancellation.ThrowIfCancellationRequested();
        if (!clean && !(failure is not null && Resources.IsDiskFull(failure)))
        {
            failure = CopyMended(connection, file, select, table, workFolder, cancellation);
        }

        return failure switch
        {
            null => sha256,
            DuckDBException { ErrorType: DuckDBErrorType.Io or DuckDBErrorType.InvalidInput }
                when !Resources.IsDiskFull(failure) =>
                throw new InvalidDataException($"{path} cannot be read: {OneLine.Of(failure)}", failure),
            _ => throw failure,
        };
    }

    private static DuckDBException? CopyMended(
        DuckDBConnection connection, SourceFile file, Func<SourceFile, string> select, string table, string workFolder, CancellationToken cancellation)
    {
        SourceFile mended = file.Mend(Path.Combine(workFolder, "mended.part"), cancellation);
        try
        {
            Copy(connection, select(mended), table, cancellation);
            return null;
        }
        catch (DuckDBException error)
        {
            return error;
        }
        finally
        {
            File.Delete(mended.ReadPath);
        }
    }

    /// <summary>Writes the rows of a query.</summary>
    public static void Copy(DuckDBConnection connection, string select, string table, CancellationToken cancellation) =>
        Sql.Execute(connection, $"COPY ({select}) TO {Sql.Literal(table)} ({Settings})", cancellation);
}
