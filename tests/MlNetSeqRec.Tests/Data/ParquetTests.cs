using DuckDB.NET.Data;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

/// <summary>Parquet as a cluster writes it.</summary>
[Collection(nameof(ParquetTests))]
public sealed class ParquetTests : IDisposable
{
    private const string Seconds = "1405296000";

    private readonly TemporaryFolder _folder = new();
    private readonly DuckDBConnection _connection = new(DuckDBConnectionStringBuilder.InMemoryConnectionString);

    public ParquetTests() => _connection.Open();

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("1405296000::BIGINT")]
    [InlineData("1405296000::INTEGER")]
    [InlineData("1405296000::UBIGINT")]
    [InlineData("TIMESTAMP '2014-07-14 00:00:00.9'")]
    [InlineData("TIMESTAMPTZ '2014-07-14 02:00:00+02'")]
    [InlineData("TIMESTAMP_NS '2014-07-14 00:00:00'")]
    [InlineData("TIMESTAMP_MS '2014-07-14 00:00:00'")]
    [InlineData("DATE '2014-07-14'")]
    [InlineData("'1405296000'")]
    [InlineData("'2014-07-14T00:00:00Z'")]
    public void TimesOfEveryType(string time)
    {
        Write("data/part-0.parquet", $"SELECT 'u' AS user_id, 'i' AS item_id, {time} AS timestamp");
        Assert.Equal([Event("u", "i")], Load("data"));
    }

    [Theory]
    [InlineData("'u 1'", "u 1")]
    [InlineData("'u''1\"; --'", "u'1\"; --")]
    [InlineData("9007199254740993::BIGINT", "9007199254740993")]
    [InlineData("7::UTINYINT", "7")]
    [InlineData("18446744073709551616::DECIMAL(20,0)", "18446744073709551616")]
    [InlineData("'u1'::BLOB", "u1")]
    [InlineData("'00000000-0000-0000-0000-000000000001'::UUID", "00000000-0000-0000-0000-000000000001")]
    public void IdsOfEveryType(string id, string expected)
    {
        Write("data/part-0.parquet", $"SELECT {id} AS user_id, {id} AS item_id, {Seconds} AS timestamp");
        Assert.Equal([Event(expected, expected)], Load("data"));
    }

    [Fact]
    public void AFolderAsAClusterLeavesIt()
    {
        Write("data/day=2014-07-14/part-00001-x.snappy.parquet", "SELECT 'u' AS who, 2 AS what");
        Write("data/day=2014-07-14/part-00000-x.snappy.parquet", "SELECT 'u' AS who, 1 AS what");
        Write("data/day=2014-07-15/part-00000-x.snappy.parquet", "SELECT 'u' AS who, 3 AS what WHERE false");
        Write("data/day=2014-07-15/part-00002-x.snappy.parquet", "SELECT 'u' AS who, 4 AS what");
        Write("data/_metadata", "SELECT 1 AS other");
        Write("data/.hidden/part-00000.parquet", "SELECT 1 AS other");
        _folder.Write("data/_SUCCESS", "");
        _folder.Write("data/_common_metadata", "x");
        _folder.Write("data/day=2014-07-14/.part-00000-x.snappy.parquet.crc", "crc");
        var events = Views.Events(Views.Catalog.LoadInteractions(_folder["data"], "who", "what", "day"));
        Assert.Equal([Event("u", "1"), Event("u", "2"), Event("u", "4") with { Timestamp = 1405382400 }], events);
    }

    [Fact]
    public void PartitionsAreTextWithTheirEscapes()
    {
        Write("data/user_id=o%27hara%2F1/item_id=i'2/part-0.parquet", $"SELECT {Seconds} AS timestamp");
        Write("data/user_id=__HIVE_DEFAULT_PARTITION__/item_id=i/part-0.parquet", $"SELECT {Seconds} AS timestamp");
        var messages = new List<string>();
        var view = Views.Catalog.LoadInteractions(_folder["data"], messages: new Listener(messages));
        Assert.Equal([Event("o'hara/1", "i'2")], Views.Events(view));
        Assert.Contains(messages, message => message.StartsWith("1 rejected: no user", StringComparison.Ordinal));
    }

    [Fact]
    public void ManyPartsKeepTheirOrder()
    {
        for (int part = 0; part < 300; part++)
        {
            Write($"data/part-{part:D5}.parquet", $"SELECT 'u' AS user_id, {part} * 10 + n AS item_id, {Seconds} AS timestamp FROM range(10) t(n)");
        }

        Assert.Equal(Enumerable.Range(0, 3000).Select(n => $"{n}"), Load("data").Select(e => e.ItemId));
    }

    [Fact]
    public void BrokenRowsAreSetAside()
    {
        Write("in/part-0.parquet", $"""
            SELECT * FROM (VALUES ('u', 'a', {Seconds}), (NULL, 'a', {Seconds}), ('u', ' ', {Seconds}), ('u', 'b', NULL), ('u', 'b', 5), ('u', 'b', {Seconds}000),
            ('u', 'b', {Seconds})) t(user_id, item_id, timestamp)
            """);
        var report = Prepare("in");
        Assert.Equal(2, report.Interactions);
        Assert.Equal(
            [("absurd time", 5L), ("no item", 3), ("no time", 4), ("no user", 2), ("time in milliseconds where seconds are expected", 6)],
            report.RejectedExamples.Select(line => (line.Reason, line.Line)).Order());
        Assert.Contains(_folder["in/part-0.parquet"] + "\t6\t", File.ReadAllText(_folder["out/rejected.tsv"]), StringComparison.Ordinal);
    }

    [Fact]
    public void PreparedFromTextAndFromItsParquetIsTheSame()
    {
        var files = Run.Generate(_folder["raw"], new() { Users = 200, BrokenLineRate = 0.01 });
        Run.Prepare(new() { Reviews = [files.Reviews], Items = [files.Items], OutputFolder = _folder["first"] });
        // As a cluster would have it: other names and types, two parts each.
        foreach (int part in new[] { 0, 1 })
        {
            string half = $"(SELECT *, row_number() OVER () AS place FROM '{_folder["first/interactions.parquet"]}') WHERE (place <= 500) = ({part} = 0) ORDER BY place";
            Write($"events/part-{part}.parquet", $"SELECT user_id AS reviewer, item_id AS item, make_timestamp(timestamp * 1000000) AS at FROM {half}");
            Write($"shop/part-{part}.parquet", $"""
                SELECT item_id AS item, title AS name, brand, string_split(categories, ' > ') AS categories
                FROM '{_folder["first/items.parquet"]}' WHERE hash(item_id) % 2 = {part}
                """);
        }

        Run.Prepare(new()
        {
            Reviews = [_folder["events"]],
            Items = [_folder["shop"]],
            OutputFolder = _folder["second"],
            Format = ReviewFormat.Parquet,
            Columns = new() { User = "reviewer", Item = "item", Time = "at", Title = "name" },
        });
        foreach (string file in new[] { "interactions.parquet", "items.parquet" })
        {
            Assert.Equal(File.ReadAllBytes(_folder["first/" + file]), File.ReadAllBytes(_folder["second/" + file]));
        }

        Assert.Equal(
            Views.Items(Views.Catalog.LoadItems(_folder["first"])),
            Views.Items(Views.Catalog.LoadItems(_folder["shop"], "item", "name")).OrderBy(item => item.ItemId, StringComparer.Ordinal));
    }

    [Fact]
    public void FoldersNamedAsFiles()
    {
        Write("data/interactions.parquet/part-0.parquet", $"SELECT 1 AS user_id, 2 AS item_id, {Seconds} AS timestamp");
        Write("data/items.parquet/part-0.parquet", "SELECT 2 AS item_id, 'T' AS title");
        Assert.Equal([Event("1", "2")], Load("data"));
        Assert.Equal([new() { ItemId = "2", Title = "T" }], Views.Items(Views.Catalog.LoadItems(_folder["data"])));
        Assert.Equal(1, Prepare("data").Interactions);
        Assert.Equal("2", Assert.Single(Load("data/interactions.parquet")).ItemId);
        Assert.Empty(Views.Items(Views.Catalog.LoadItems(_folder["data/interactions.parquet"])));
    }

    [Fact]
    public void AFileOfTheRightTypesWithGapsIsNotTakenAsPrepared()
    {
        Write("data/interactions.parquet", "SELECT 'u' AS user_id, unnest(['i', NULL]) AS item_id, 1405296000::BIGINT AS timestamp");
        Assert.Equal([Event("u", "i")], Load("data"));
    }

    [Fact]
    public void PositionsNeedNoDates()
    {
        Write("data/part-0.parquet", "SELECT 'u' AS user_id, 'i' AS item_id, 7 AS position");
        Assert.Equal(7, Assert.Single(Views.Events(Views.Catalog.LoadInteractions(_folder["data"], timeColumn: "position"))).Timestamp);
    }

    [Theory]
    [InlineData("SELECT 'u' AS user_id, 'i' AS item", "has no column 'item_id'; it has 'user_id', 'item'")]
    [InlineData("SELECT 'u' AS user_id, 'i' AS item_id, TIMESTAMP '2014-07-14' AS timestamp", "timestamp TIMESTAMP', but")]
    [InlineData("SELECT 'u' AS user_id, 5 AS item_id, 1405296000::BIGINT AS timestamp", "item_id INTEGER, timestamp BIGINT', but")]
    public void APartOfAnotherSchemaIsNamed(string select, string expected)
    {
        Write("in/part-0.parquet", "SELECT 'u' AS user_id, 'i' AS item_id, 1405296000::BIGINT AS timestamp");
        Write("in/part-1.parquet", select);
        Assert.Contains(expected, Refused<InvalidDataException>("in", "part-1.parquet"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 'u' AS user_id, 'i' AS item_id, 1.5::DOUBLE AS timestamp", "timestamp' is of type DOUBLE; whole seconds, a timestamp or a date was expected")]
    [InlineData("SELECT 1.5::DOUBLE AS user_id, 'i' AS item_id, 1405296000 AS timestamp", "user_id' is of type DOUBLE; text or a whole number was expected")]
    [InlineData("SELECT ['u'] AS user_id, 'i' AS item_id, 1405296000 AS timestamp", "user_id' is of type VARCHAR[]")]
    public void AColumnOfAWrongTypeIsNamed(string select, string expected)
    {
        Write("in/part-1.parquet", select);
        Assert.Contains(expected, Refused<InvalidDataException>("in", "part-1.parquet"), StringComparison.Ordinal);
    }

    [Fact]
    public void PartsThatAreNotWhole()
    {
        Write("in/part-0.parquet", $"SELECT 'u' || n AS user_id, 'i' AS item_id, {Seconds} AS timestamp FROM range(1000) t(n)");
        byte[] good = File.ReadAllBytes(_folder["in/part-0.parquet"]);
        foreach (byte[] bad in new byte[][] { [], good[..100], good[..^1], [.. "PAR1"u8], [.. "hello"u8], [.. good, 0] })
        {
            _folder.Write("in/part-1.parquet", bad);
            Refused<InvalidDataException>("in", "part-1.parquet");
        }

        File.Delete(_folder["in/part-1.parquet"]);
        _folder.Write("in/part-1.csv", "a,b");
        Refused<InvalidDataException>("in", "part-1.csv");
    }

    [Fact]
    public void AMissingPartIsNamed()
    {
        Write("in/part-0.parquet", $"SELECT 'u' AS user_id, 'i' AS item_id, {Seconds} AS timestamp");
        File.CreateSymbolicLink(_folder["in/part-1.parquet"], _folder["gone"]);
        Refused<FileNotFoundException>("in", "part-1.parquet");
        File.Delete(_folder["in/part-1.parquet"]);
        Write("in/_temporary/0/part-1.parquet", "SELECT 1 AS other");
        Assert.Contains("has not ended", Refused<IOException>("in", "in"), StringComparison.Ordinal);
        _folder.Write("in/_SUCCESS", "");
        Assert.Single(Load("in"));
    }

    [Fact]
    public void AFolderWithoutData()
    {
        Directory.CreateDirectory(_folder["in"]);
        Refused<FileNotFoundException>("in", "in");
        Assert.Empty(Views.Items(Views.Catalog.LoadItems(_folder["in"])));
    }

    [Fact]
    public void PartsWithoutAUsableRow()
    {
        Write("in/part-0.parquet", "SELECT 'u' AS user_id, 'i' AS item_id, 1 AS timestamp LIMIT 0");
        Write("in/part-1.parquet", "SELECT 'u' AS user_id, 'i' AS item_id, 1 AS timestamp");
        Assert.Contains("line 1: absurd time", Refused<InvalidDataException>("in", "part-1.parquet"), StringComparison.Ordinal);
    }

    [Fact]
    public void NamesAreTakenLiterally()
    {
        Write("in/it's [1] *.parquet", $"SELECT 'u' AS \"a\"\"b\", 'i' AS \"x'; --\", {Seconds} AS timestamp");
        Write("in/it's [1] x.parquet", $"SELECT 'u2' AS \"a\"\"b\", 'i' AS \"x'; --\", {Seconds} AS timestamp");
        var events = Views.Events(Views.Catalog.LoadInteractions(_folder["in"], "a\"b", "x'; --"));
        Assert.Equal(["u", "u2"], events.Select(e => e.UserId));
    }

    private string Refused<T>(string folder, string name) where T : Exception
    {
        string message = Assert.Throws<T>(() => Prepare(folder)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Equal(message, Assert.Throws<T>(() => Load(folder)).Message);
        Assert.False(File.Exists(_folder["out/interactions.parquet"]));
        return message;
    }

    private PreparationReport Prepare(string folder) => Run.Prepare(new() { Reviews = [_folder[folder]], OutputFolder = _folder["out"], MinUserEvents = 1 });

    private List<Views.Event> Load(string folder) => Views.Events(Views.Catalog.LoadInteractions(_folder[folder]));

    private static Views.Event Event(string user, string item) => new() { UserId = user, ItemId = item, Timestamp = 1405296000 };

    private void Write(string name, string select)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        string target = _folder["written.parquet"];
        Sql.Execute(_connection, $"COPY ({select}) TO {Sql.Literal(target)} (FORMAT parquet)", TestContext.Current.CancellationToken);
        File.Move(target, _folder[name], overwrite: true);
    }

    private sealed class Listener(List<string> messages) : IProgress<string>
    {
        public void Report(string value) => messages.Add(value);
    }
}
