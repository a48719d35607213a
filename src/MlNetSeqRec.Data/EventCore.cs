using DuckDB.NET.Data;

namespace MlNetSeqRec.Data;

/// <summary>The k-core of events: rare items and users with few events are dropped in turn until none is left.</summary>
internal sealed class EventCore(PreparationOptions options, DuckDBConnection connection, CancellationToken cancellation)
{
    /// <summary>Writes what stays.</summary>
    /// <param name="events">A query that gives <c>number</c> (of the user), <c>i</c>, <c>t</c>, <c>place</c>.</param>
    /// <param name="file">The Parquet file to write, with the same columns.</param>
    /// <returns>How many events stay.</returns>
    public long Write(string events, string file)
    {
        Execute($"CREATE TABLE core AS {events}");
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
