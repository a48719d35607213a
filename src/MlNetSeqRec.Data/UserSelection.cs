using System.Globalization;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Data;

/// <summary>Chooses the users that stay: not of another set, with enough events, of items with enough events.</summary>
internal sealed class UserSelection(
    PreparationOptions options, DuckDBConnection connection, string folder, IProgress<string>? progress, CancellationToken cancellation)
{
    /// <summary>Name of the first step.</summary>
    public const string WithoutTitle = "items with a title";

    /// <summary>Writes the users as Parquet, from the view <c>usable</c>.</summary>
    /// <param name="usersFile">Where to.</param>
    /// <param name="coreFile">Where reviews go that a minimum of events of items has left, if there is one.</param>
    /// <param name="reviews">How many reviews there were before those of items without a title were dropped.</param>
    /// <returns>The steps, without times.</returns>
    public IReadOnlyList<PreparationStage> Write(string usersFile, string coreFile, long reviews)
    {
        var stages = new List<PreparationStage>();
        progress?.Report("Counting users");
        Execute("CREATE TABLE counts AS SELECT u, count(*) AS n FROM usable GROUP BY u");
        long left = Sum("counts");
        if (options.Items.Count > 0)
        {
            stages.Add(new(WithoutTitle, reviews, left, "reviews of items without a title", 0));
        }

        ExcludedUsers.Read(connection, options.ExcludeUsersOf, folder, progress, cancellation);
        long before = left;
        if (options.ExcludeUsersOf.Count > 0)
        {
            left = Sum("counts ANTI JOIN excluded USING (u)");
            stages.Add(new("users of no other set", before, left, "users who occur in a set whose users are excluded", 0));
        }

        bool hasCore = options.MinItemEvents > 1;
        if (hasCore)
        {
            WriteCore(coreFile);
            Execute("CREATE OR REPLACE TABLE counts AS SELECT u, count(*) AS n FROM core GROUP BY u");
            Execute("DROP TABLE core");
        }

        Execute($"CREATE TABLE enough AS SELECT u, n FROM counts ANTI JOIN excluded USING (u) WHERE n >= {options.MinUserEvents}");
        Execute("DROP TABLE counts");
        string why = $"users with fewer than {options.MinUserEvents} events";
        why += hasCore ? $", items with fewer than {options.MinItemEvents}" : "";
        stages.Add(new(hasCore ? "users and items with enough events" : "users with enough events", left, Sum("enough"), why, 0));
        WriteUsers(usersFile);
        return stages;
    }

    /// <summary>Drops rare items and users with few events until none is left. What stays, stays for later steps.</summary>
    private void WriteCore(string file)
    {
        Execute("CREATE TABLE core AS SELECT u, i, t, place FROM usable ANTI JOIN excluded USING (u)");
        for (long before = -1, now = Count("core"); now != before;)
        {
            before = now;
            KeepWhere("i", options.MinItemEvents);
            KeepWhere("u", options.MinUserEvents);
            now = Count("core");
        }

        Execute($"COPY (SELECT * FROM core) TO {Sql.Literal(file + ".part")} (FORMAT parquet, COMPRESSION lz4)");
        // Looked at only beside finished users, and those are finished later.
        File.Move(file + ".part", file, overwrite: true);
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

    private void WriteUsers(string file)
    {
        // MD5, unlike DuckDB's own hash, is the same in every version and on every machine.
        string before = options.SampleInteractions is null ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $", CAST(sum(n) OVER (ORDER BY md5(concat('{options.Seed}', ':', u)), u ROWS UNBOUNDED PRECEDING) - n AS BIGINT) AS before");
        Execute($"""
            COPY (SELECT u, n, row_number() OVER (ORDER BY u) AS number {before} FROM enough)
            TO {Sql.Literal(file)} (FORMAT parquet, COMPRESSION lz4)
            """);
        Execute("DROP TABLE enough");
    }

    private void Execute(string sql) => Sql.Execute(connection, sql, cancellation);

    private long Count(string from) => Sql.Number(connection, $"SELECT count(*) FROM {from}", cancellation);

    private long Sum(string from) => Sql.Number(connection, $"SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM {from}", cancellation);
}
