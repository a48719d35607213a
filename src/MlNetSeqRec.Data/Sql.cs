using System.Globalization;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Data;

/// <summary>The few things that every statement needs: a connection, quoting, and running with cancellation.</summary>
internal static class Sql
{
    /// <summary>Opens a database in memory that spills into <paramref name="folder"/> and never reaches for the network.</summary>
    public static DuckDBConnection OpenWorkDatabase(string folder, int? threads = null, string? memoryLimit = null)
    {
        var settings = new DuckDBConnectionStringBuilder
        {
            DataSource = ":memory:",
            TempDirectory = Path.Combine(folder, "spill"),
            AutoinstallKnownExtensions = false,
            AutoloadKnownExtensions = false,
            PreserveInsertionOrder = true,
        };
        if (memoryLimit is not null)
        {
            settings.MemoryLimit = memoryLimit;
        }

        if (threads is not null)
        {
            settings.Threads = threads;
        }

        var connection = new DuckDBConnection(settings.ConnectionString);
        connection.Open();
        return connection;
    }

    /// <summary>Opens a database in memory for a query or two.</summary>
    public static DuckDBConnection OpenMemory()
    {
        var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        return connection;
    }

    /// <summary>A text literal. Values go in as parameters; only what SQL takes no parameter for (file names) comes here.</summary>
    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>Runs a statement to its end; gives the number of changed rows.</summary>
    public static int Execute(DuckDBConnection connection, string sql, CancellationToken cancellation, params object[] parameters) =>
        Run(connection, sql, parameters, command => command.ExecuteNonQuery(), cancellation);

    /// <summary>The first number of the first row; 0 where there is none.</summary>
    public static long Number(DuckDBConnection connection, string sql, CancellationToken cancellation, params object[] parameters) =>
        Run(connection, sql, parameters, command => command.ExecuteScalar() switch
        {
            null or DBNull => 0L,
            System.Numerics.BigInteger big => (long)big,
            var value => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        }, cancellation);

    /// <summary>All rows of a small result.</summary>
    public static List<T> Rows<T>(
        DuckDBConnection connection, string sql, Func<DuckDBDataReader, T> read, CancellationToken cancellation, params object[] parameters) =>
        Run(connection, sql, parameters, command =>
        {
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(read(reader));
            }

            return rows;
        }, cancellation);

    /// <summary>Goes through the rows of a large result, which is not kept in memory.</summary>
    public static void Each(DuckDBConnection connection, string sql, Action<DuckDBDataReader> read, CancellationToken cancellation) =>
        Run(connection, sql, [], command =>
        {
            command.UseStreamingMode = true;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                read(reader);
            }

            return 0;
        }, cancellation);

    private static T Run<T>(
        DuckDBConnection connection, string sql, object[] parameters, Func<DuckDBCommand, T> run, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Built from our own text and Literal(); data values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (object value in parameters)
        {
            command.Parameters.Add(new DuckDBParameter(value));
        }

        using var registration = cancellation.Register(command.Cancel);
        try
        {
            return run(command);
        }
        catch (DuckDBException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>The order in which users are sampled. MD5, unlike DuckDB's own hash, is the same in every version and on every machine.</summary>
    public static string SampleOrder(int seed, string column) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"md5(concat('{seed}', ':', {column})), {column}");
}
