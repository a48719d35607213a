using DuckDB.NET.Data;

namespace MlNetSeqRec.Data;

/// <summary>Chooses the users that stay: not of another set, and with enough events.</summary>
internal sealed class UserSelection(
    PreparationOptions options, DuckDBConnection connection, string folder, IProgress<string>? progress, CancellationToken cancellation)
{
    /// <summary>Name of the first step.</summary>
    public const string WithoutTitle = "items with a title";

    /// <summary>Writes the users <c>(u, n)</c> with their number of events, in the order of their ids, from the view <c>usable</c>.</summary>
    /// <param name="usersFile">The Parquet file to write.</param>
    /// <param name="reviews">How many reviews there were before those of items without a title were dropped.</param>
    public SelectedUsers Write(string usersFile, long reviews)
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
        if (options.ExcludeUsersOf.Count > 0)
        {
            long before = left;
            left = Sum("counts ANTI JOIN excluded USING (u)");
            stages.Add(new("users of no other set", before, left, "users who occur in a set whose users are excluded", 0));
        }

        Execute($"CREATE TABLE enough AS SELECT u, n FROM counts ANTI JOIN excluded USING (u) WHERE n >= {options.MinUserEvents}");
        stages.Add(new("users with enough events", left, Sum("enough"), $"users with fewer than {options.MinUserEvents} events", 0));
        Execute($"COPY (SELECT u, n FROM enough ORDER BY u) TO {Sql.Literal(usersFile)} (FORMAT parquet, COMPRESSION lz4)");
        Execute("DROP TABLE enough");
        string key = UniqueKey(connection, "counts", ["hash(u)", "u"], cancellation);
        Execute("DROP TABLE counts");
        return new(stages, key);
    }

    /// <summary>
    /// The first of several expressions of <c>u</c> that is another one for each user of a table. Users are joined by it: 64 bits of
    /// a hash take far less time than text, and the text still stands by where two of them have the same hash.
    /// </summary>
    public static string UniqueKey(DuckDBConnection connection, string table, IEnumerable<string> keys, CancellationToken cancellation) => keys.First(
        key => Sql.Number(connection, $"SELECT count(*) - count(DISTINCT {key}) FROM {table}", cancellation) == 0);

    /// <summary>
    /// The places of the first reviews of items without a title. A join gives its rows in any order, so they are sorted; and most
    /// often the first ones are near the start.
    /// </summary>
    public static List<long> FirstWithoutTitle(DuckDBConnection connection, long lines, long wanted, CancellationToken cancellation)
    {
        List<long> first = [];
        for (long within = 1_000_000; first.Count < wanted && (within == 1_000_000 || within / 100 < lines); within *= 100)
        {
            first = Sql.Rows(
                connection,
                $"SELECT e.rowid FROM events e ANTI JOIN titled ON i = titled.item_id WHERE why IS NULL AND e.rowid < {within} ORDER BY 1 LIMIT {wanted}",
                row => row.GetInt64(0),
                cancellation);
        }

        return first;
    }

    private void Execute(string sql) => Sql.Execute(connection, sql, cancellation);

    private long Sum(string from) => Sql.Number(connection, $"SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM {from}", cancellation);
}

/// <summary>What was found when users were chosen.</summary>
/// <param name="Stages">The steps, without times.</param>
/// <param name="Key">An expression of the column <c>u</c> that tells users apart.</param>
internal sealed record SelectedUsers(IReadOnlyList<PreparationStage> Stages, string Key);
