using System.Security.Cryptography;
using System.Text.Json;
using DuckDB.NET.Data;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

/// <summary>What each stage of a preparation leaves, and what is told about it.</summary>
[Collection(nameof(StageTests))]
public sealed class StageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private List<Views.Event> Events(string output) => Views.Events(Views.Catalog.LoadInteractions(_folder[output]));

    [Fact]
    public void EveryStageTellsRowsInAndOutAndWhyAndTheManifestTheSources()
    {
        var files = Run.Generate(_folder.Root, new() { Format = ReviewFormat.Amazon2018, Users = 2_000, Items = 800, BrokenLineRate = 0.01, UntitledRate = 0.1 });
        string other = _folder.Write("other.tsv", "user_id\titem_id\n" + string.Join('\n', Views.Events(Views.Catalog.LoadAmazonReviews(files.Reviews))
            .CountBy(e => e.UserId).Where(user => user.Value >= 5).Take(20).Select(user => user.Key + "\tB1")));
        var report = Run.Prepare(new()
        {
            Reviews = [files.Reviews],
            Items = [files.Items],
            ExcludeUsersOf = [other],
            MinItemEvents = 12,
            SampleInteractions = 2_000,
            Seed = 5,
            OutputFolder = _folder["out"],
        });
        var ofReviews = report.Stages.Where(stage => !stage.Name.Contains("item", StringComparison.Ordinal) || stage.Name.Contains("with", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["read", "items with a title", "users of no other set", "users with enough events", "number events", "users and items with enough events",
                "sample of users", "sort and write interactions"],
            ofReviews.Select(stage => stage.Name));
        Assert.Equal(ofReviews.Skip(1).Select(stage => stage.In), ofReviews.SkipLast(1).Select(stage => stage.Out));
        Assert.Equal((files.Interactions + files.BrokenLines, report.Interactions), (ofReviews[0].In, ofReviews[^1].Out));
        Assert.All(report.Stages, stage => Assert.Equal(stage.In == stage.Out, stage.Why.Length == 0));
        Assert.Equal(6, ofReviews.Count(stage => stage.Out < stage.In));

        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder["out"], "manifest.json")));
        var sources = manifest.RootElement.GetProperty("sources").EnumerateArray().ToList();
        foreach (var (file, source) in new[] { files.Reviews, files.Items }.Zip(sources))
        {
            byte[] bytes = File.ReadAllBytes(file);
            Assert.Equal(file, source.GetProperty("path").GetString());
            Assert.Equal(bytes.Length, source.GetProperty("bytes").GetInt64());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), source.GetProperty("sha256").GetString());
        }

        Assert.Equal(5, manifest.RootElement.GetProperty("settings").GetProperty("seed").GetInt32());
        Assert.Equal(report.Interactions, manifest.RootElement.GetProperty("interactions").GetInt64());
        Assert.NotEqual("", manifest.RootElement.GetProperty("versions").GetProperty("duckDb").GetString());
    }

    [Fact]
    public void TheCoreIsTheLargestThatThereIs()
    {
        var files = Run.Generate(_folder.Root, new() { Format = ReviewFormat.Amazon2018, Users = 1_500, Items = 400 });
        var options = new PreparationOptions { Reviews = [files.Reviews], OutputFolder = _folder["core"], MinItemEvents = 9, Threads = 1 };
        Run.Prepare(options);
        Run.Prepare(options with { OutputFolder = _folder["two"], Threads = 2 });
        var core = Views.Events(Views.Catalog.LoadAmazonReviews(files.Reviews));
        for (int before = -1; before != core.Count;)
        {
            before = core.Count;
            core = [.. core.GroupBy(e => e.ItemId).Where(group => group.Count() >= 9).SelectMany(group => group)];
            core = [.. core.GroupBy(e => e.UserId).Where(group => group.Count() >= 5).SelectMany(group => group)];
        }

        Assert.InRange(core.Count, 500, files.Interactions - 500);
        Assert.Equal(Sorted(core), Sorted(Events("core")));
        Assert.Equal(File.ReadAllBytes(_folder[Path.Combine("core", "interactions.parquet")]), File.ReadAllBytes(_folder[Path.Combine("two", "interactions.parquet")]));
    }

    [Fact]
    public void ReviewsOfItemsWhoseTitleIsAScriptAreDropped()
    {
        string reviews = _folder.Write("r.csv", string.Join('\n', Enumerable.Range(0, 60).Select(n => $"B00000000{n % 3},A1B2C3D4E5F6{n % 4},5.0,1405296000")));
        string items = _folder.Write("i.json", """
            {"asin": "B000000000", "title": "var aPageStart = (new Date()).getTime();"}
            {"asin": "B000000001", "title": "A title"}
            {"asin": "B000000002", "title": " "}
            """);
        var report = Run.Prepare(new() { Reviews = [reviews], Items = [items], OutputFolder = _folder["out"] });
        Assert.Equal((4, 1, 20), (report.Users, report.Items, report.Interactions));
        Assert.Equal(40, report.Rejected["item without title"]);
        Assert.Equal([1L, 3, 4], report.RejectedExamples.Select(line => line.Line));
    }

    [Fact]
    public void UnusualIdsComeOutAsTheyWentIn()
    {
        string[] ids = ["u'1", "a \"b\" c", "; DROP TABLE users; --", "{0}%s\\n", "é 日本語 ü", new string('x', 300), "NULL", "true", "0012", "12"];
        var rows = ids.SelectMany((id, n) => Enumerable.Range(0, 6).Select(k => (User: id, Item: ids[(n + k) % ids.Length] + "/", Time: 1405296000L + k))).ToList();
        string reviews = _folder.Write("r.tsv", "user_id\titem_id\ttimestamp\n" + string.Join('\n', rows.Select(row => $"{row.User}\t{row.Item}\t{row.Time}")));
        string items = _folder.Write("i.tsv", "item_id\ttitle\n" + string.Join('\n', ids.Select(id => $"{id}/\tTitle of {id}")));
        Run.Prepare(new() { Reviews = [reviews], Items = [items], OutputFolder = _folder["out"], MinItemEvents = 2 });
        Assert.Equal(
            rows.OrderBy(row => row.User, StringComparer.Ordinal).ThenBy(row => row.Time),
            Events("out").Select(e => (e.UserId, e.ItemId, e.Timestamp)));
        Assert.Equal(
            ids.Select(id => (id + "/", "Title of " + id)).OrderBy(item => item.Item1, StringComparer.Ordinal),
            Views.Items(Views.Catalog.LoadItems(_folder["out"])).Select(item => (item.ItemId, item.Title)));
    }

    [Fact]
    public void UsersOfOneHashAreStillToldApart()
    {
        using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        Sql.Execute(connection, "CREATE TABLE counts AS SELECT unnest(['a', 'b', 'cc']) AS u", TestContext.Current.CancellationToken);
        Assert.Equal("hash(u)", UserSelection.UniqueKey(connection, "counts", ["length(u)", "hash(u)", "u"], TestContext.Current.CancellationToken));
        Assert.Equal("u", UserSelection.UniqueKey(connection, "counts", ["length(u)", "u"], TestContext.Current.CancellationToken));
    }

    private static IEnumerable<string> Sorted(IEnumerable<Views.Event> events) =>
        events.Select(e => $"{e.UserId} {e.ItemId} {e.Timestamp}").Order(StringComparer.Ordinal);
}
