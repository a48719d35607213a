using DuckDB.NET.Data;

namespace MlNetSeqRec.Data;

/// <summary>The k-core of events: rare items and users with few events are dropped in turn until none is left.</summary>
internal sealed class EventCore(PreparationOptions options, DuckDBConnection connection, CancellationToken cancellation)
{
    /// <summary>Writes what stays of the view <c>numbered(number, i, t, place)</c>.</summary>
    /// <param name="file">The Parquet file to write, with the same columns.</param>
    /// <returns>How many events stay.</returns>
    public long Write(string file)
    {
        Execute("CREATE TABLE core AS SELECT number, i, t, place FROM numbered");
        long now = Count();
        for (long before = -1; now != before;)
        {
            before = now;
            KeepWhere("i", options.MinItemEvents);
            KeepWhere("number", options.MinUserEvents);
            now = Count();
        }

        Execute($"COPY (SELECT * FROM core) TO {Sql.Literal(file)} (FORMAT parquet, COMPRESSION lz4)");
        Execute("DROP TABLE core");
        return now;
    }

    private void KeepWhere(string key, int minimum)
    {
        Execute($"""
            CREATE TABLE fewer AS SELECT core.* FROM core
            SEMI JOIN (SELECT {key} AS often FROM core GROUP BY {key} HAVING count(*) >= {minimum}) ON {key} = often
            """);
        Execute("DROP TABLE core");
        Execute("ALTER TABLE fewer RENAME TO core");
    }

    private void Execute(string sql) => Sql.Execute(connection, sql, cancellation);

    private long Count() => Sql.Number(connection, "SELECT count(*) FROM core", cancellation);
}
