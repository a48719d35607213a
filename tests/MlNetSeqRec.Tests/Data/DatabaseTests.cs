using System.Data.Common;
using DuckDB.NET.Data;
using Microsoft.Data.Sqlite;
using Microsoft.ML;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

/// <summary>Two databases that differ: one is strict about types and streams columns, the other has next to no types.</summary>
public sealed class DatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    public static TheoryData<string> Providers => ["DuckDB", "SQLite"];

    [Theory]
    [MemberData(nameof(Providers))]
    public void IdsAndTimesAsTheyAre(string name)
    {
        var (provider, at) = Make(name, "CREATE TABLE events (who TEXT, what TEXT, moment BIGINT)", "INSERT INTO events VALUES ('u''1; --', 'i \"1\"', 1405296000), ('ü', 'i2', 5)");
        var view = Views.Catalog.LoadInteractions(provider, at, "SELECT moment, what, who FROM events ORDER BY moment DESC", "who", "what", "moment");
        Views.Event[] expected = [new() { UserId = "u'1; --", ItemId = "i \"1\"", Timestamp = 1405296000 }, new() { UserId = "ü", ItemId = "i2", Timestamp = 5 }];
        Assert.Equal(expected, Views.Events(view));
        Assert.Equal(expected, Views.Events(view));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void WholeNumbersAndTimestamps(string name)
    {
        var (provider, at) = Make(
            name,
            "CREATE TABLE events (user_id BIGINT, item_id INTEGER, timestamp TIMESTAMP)",
            "INSERT INTO events VALUES (9007199254740993, 7, '2014-07-14 00:00:01.5'), (2, 8, '2014-07-15 00:00:00')");
        var events = Views.Events(Views.Catalog.LoadInteractions(provider, at, "SELECT * FROM events ORDER BY timestamp"));
        Assert.Equal([("9007199254740993", "7", 1405296001L), ("2", "8", 1405382400)], events.Select(e => (e.UserId, e.ItemId, e.Timestamp)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void ItemsWithGaps(string name)
    {
        var (provider, at) = Make(name, "CREATE TABLE items (id INTEGER, title TEXT, brand TEXT)", "INSERT INTO items VALUES (1, 'It''s a\n title ', NULL), (2, NULL, 'B')");
        var items = Views.Items(Views.Catalog.LoadItems(provider, at, "SELECT * FROM items ORDER BY id", itemColumn: "id"));
        Assert.Equal([new() { ItemId = "1", Title = "It's a title" }, new() { ItemId = "2", Brand = "B" }], items);
        Assert.Contains("'maker'", Assert.Throws<ArgumentException>(
            () => Views.Catalog.LoadItems(provider, at, "SELECT * FROM items", itemColumn: "id", brandColumn: "maker")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void AValueThatIsMissingIsNamed(string name)
    {
        var (provider, at) = Make(
            name, "CREATE TABLE events (n INTEGER, user_id BIGINT, item_id TEXT, timestamp BIGINT)", "INSERT INTO events VALUES (1, 1, 'i', 1), (2, NULL, 'i', 1), (3, 1, ' ', 1), (4, 1, 'i', NULL)");
        Assert.Equal("Row 2 (from 1) has no user_id.", Problem(provider, at, "SELECT * FROM events ORDER BY n"));
        Assert.Equal("Row 1 (from 1) has no item_id.", Problem(provider, at, "SELECT * FROM events WHERE n = 3"));
        Assert.Equal("Row 1 (from 1) has no timestamp.", Problem(provider, at, "SELECT * FROM events WHERE n = 4"));
        Assert.StartsWith("Row 1 (from 1): user_id is 1.5 (Double); text or a whole number", Problem(provider, at, "SELECT CAST(1.5 AS DOUBLE) AS user_id, 'i' AS item_id, 1 AS timestamp"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void AWrongQueryIsRefusedAtOnce(string name)
    {
        var (provider, at) = Make(name, "CREATE TABLE events (a TEXT)", "INSERT INTO events VALUES ('x')");
        string message = Assert.Throws<ArgumentException>(() => Views.Catalog.LoadInteractions(provider, at, "SELECT a FROM events")).Message;
        Assert.Equal("The query has no column 'user_id'; it has 'a'.", message);
        Assert.ThrowsAny<DbException>(() => Views.Catalog.LoadInteractions(provider, at, "SELEC a FROM events"));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void BuildSequencesTakesIt(string name)
    {
        var (provider, at) = Make(name, "CREATE TABLE events (user_id TEXT, item_id INTEGER, timestamp BIGINT)", "INSERT INTO events VALUES ('u', 3, 30), ('v', 9, 1), ('u', 1, 10), ('u', 2, 20)");
        var rec = new MLContext(1).SequentialRecommendation();
        IDataView view = rec.Data.LoadInteractions(provider, at, "SELECT * FROM events");
        IDataView histories = rec.Transforms.BuildSequences().Fit(view).Transform(view);
        var rows = new MLContext().Data.CreateEnumerable<History>(histories, reuseRowObject: false).ToDictionary(row => row.UserId, row => row.Items);
        Assert.Equal(["1", "2", "3"], rows["u"]);
        Assert.Equal(["9"], rows["v"]);
    }

    private static string Problem(DbProviderFactory provider, string at, string query) =>
        Assert.Throws<InvalidDataException>(() => Views.Events(Views.Catalog.LoadInteractions(provider, at, query))).Message;

    private (DbProviderFactory Provider, string At) Make(string name, params string[] statements)
    {
        DbProviderFactory provider = name == "DuckDB" ? DuckDBClientFactory.Instance : SqliteFactory.Instance;
        string at = $"Data Source={_folder[name]}.db";
        using DbConnection connection = provider.CreateConnection()!;
        connection.ConnectionString = at;
        connection.Open();
        foreach (string statement in statements)
        {
            using DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Of these tests.
            command.CommandText = statement;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        return (provider, at);
    }

    private sealed class History
    {
        public string UserId { get; set; } = "";

        [Microsoft.ML.Data.ColumnName("History")]
        public string[] Items { get; set; } = [];
    }
}
