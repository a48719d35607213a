using System.Globalization;
using DuckDB.NET.Data;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

/// <summary>The SQL of docs/sql, on two engines: what it selects is what prepare selects from the raw files.</summary>
public sealed class SqlJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SqlJobTests()
    {
        AmazonLikeFiles raw = Run.Generate(_folder["raw"], new() { Users = 400, Items = 120, MeanEvents = 7, UntitledRate = 0.1 });
        PreparationReport prepared = Run.Prepare(new() { Reviews = [raw.Reviews], Items = [raw.Items], OutputFolder = _folder["prepared"] });
        Assert.True(prepared.Users < 390, $"{prepared.Users} users: the tables should have some with too few events");

        // The tables of a shop: with broken rows, and with an older name of each product that has one.
        var sales = Views.Events(Views.Catalog.LoadAmazonReviews(raw.Reviews)).Select((e, n) => Line($"{n}", e.UserId, e.ItemId, Time(e.Timestamp)));
        string sku = Views.Items(Views.Catalog.LoadAmazonItems(raw.Items)).First(item => item.Title.Length > 0).ItemId;
        string[] broken = [Line("1000001", null, sku, Time(1405296000)), Line("1000002", " ", sku, Time(1405296000)), Line("1000003", "x", null, Time(1405296000)), Line("1000004", "x", sku, null), .. Enumerable.Range(0, 9).Select(n => Line($"{1000005 + n}", "x", sku, Time(n)))];
        File.WriteAllLines(_folder["sales.csv"], sales.Concat(broken));
        File.WriteAllLines(_folder["products.csv"], Views.Items(Views.Catalog.LoadAmazonItems(raw.Items)).SelectMany(item => new[]
        {
            Line(item.ItemId, item.Title.Length > 0 ? "Old " + item.Title : null, item.Brand, "", Time(1_000_000_000)),
            Line(item.ItemId, item.Title, item.Brand, item.Categories, Time(1_300_000_000)),
        }));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OnDuckDb()
    {
        using DuckDBConnection connection = Sql.OpenWorkDatabase(_folder.Root, threads: 1);
        foreach ((string table, string columns) in Tables)
        {
            Sql.Execute(connection, $"CREATE TABLE {table} ({columns}); COPY {table} FROM '{_folder[table + ".csv"]}' (FORMAT csv)", TestContext.Current.CancellationToken);
        }

        Check(connection, $"({Job("interactions")}\n)", $"({Job("items")}\n)");
    }

    [Fact]
    public void OnPostgreSql()
    {
        using PostgreSql server = PostgreSql.Start();
        foreach ((string table, string columns) in Tables)
        {
            File.Copy(_folder[table + ".csv"], server[table + ".csv"]);
            server.Execute($"CREATE TABLE {table} ({columns})", $"COPY {table} FROM '{server[table + ".csv"]}' WITH (FORMAT csv)");
        }

        foreach (string job in new[] { "interactions", "items" })
        {
            server.Execute($"COPY ({Job(job)}\n) TO '{server[job + ".csv"]}' WITH (FORMAT csv, HEADER)");
        }

        using DuckDBConnection connection = Sql.OpenWorkDatabase(_folder.Root, threads: 1);
        Check(
            connection,
            $"read_csv('{server["interactions.csv"]}', header=true, columns={{user_id: 'VARCHAR', item_id: 'VARCHAR', timestamp: 'TIMESTAMP', sold_year: 'INTEGER'}})",
            $"read_csv('{server["items.csv"]}', header=true, columns={{item_id: 'VARCHAR', title: 'VARCHAR', brand: 'VARCHAR', categories: 'VARCHAR'}})");
    }

    private static (string Table, string Columns)[] Tables =>
    [
        ("sales", "sale_id BIGINT, customer VARCHAR(100), sku VARCHAR(100), sold_at TIMESTAMP"),
        ("products", "sku VARCHAR(100), name VARCHAR(1000), brand VARCHAR(100), category VARCHAR(1000), valid_from TIMESTAMP"),
    ];

    /// <summary>Writes both tables as a cluster does, and prepares the folder without any further choice of users or items.</summary>
    private void Check(DuckDBConnection connection, string interactions, string items)
    {
        Directory.CreateDirectory(_folder["lake/items.parquet"]);
        Sql.Execute(connection, $"COPY (SELECT * FROM {interactions}) TO '{_folder["lake/interactions.parquet"]}' (FORMAT parquet, PARTITION_BY (sold_year))", TestContext.Current.CancellationToken);
        Sql.Execute(connection, $"COPY (SELECT * FROM {items}) TO '{_folder["lake/items.parquet/part-0.parquet"]}' (FORMAT parquet)", TestContext.Current.CancellationToken);
        Assert.NotEmpty(Directory.GetDirectories(_folder["lake/interactions.parquet"], "sold_year=*"));
        PreparationReport report = Run.Prepare(new() { Reviews = [_folder["lake"]], Items = [_folder["lake"]], OutputFolder = _folder["from-sql"], MinUserEvents = 1 });
        Assert.Empty(report.Rejected);
        foreach (string file in new[] { "interactions.parquet", "items.parquet", "vocabulary.bin", "tokens.parquet" })
        {
            Assert.Equal(File.ReadAllBytes(_folder["prepared/" + file]), File.ReadAllBytes(_folder["from-sql/" + file]));
        }
    }

    private static string Job(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs", "sql", name + ".sql"));

    private static string Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A line of CSV; null is an empty field without quotes.</summary>
    private static string Line(params string?[] fields) =>
        string.Join(',', fields.Select(field => field is null ? "" : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
}
