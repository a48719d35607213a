using System.IO.Compression;
using System.Text.Json;
using DuckDB.NET.Data;
using MlNetSeqRec.Data;
using MlNetSeqRec.Data.Reading;
using NJsonSchema;

namespace MlNetSeqRec.Tests.Data;

public sealed class SchemaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("amazon2014-review", "raw/amazon2014/reviews_Beauty_5.json.gz")]
    [InlineData("amazon2014-item", "raw/amazon2014/meta_Beauty.json.gz")]
    [InlineData("amazon2018-ratings", "raw/amazon2018/Office_Products.csv.gz")]
    [InlineData("amazon2018-item", "raw/amazon2018/meta_Office_Products.json.gz")]
    [InlineData("amazon2023-review", "raw/amazon2023/Industrial_and_Scientific.jsonl.gz")]
    [InlineData("amazon2023-item", "raw/amazon2023/meta_Industrial_and_Scientific.jsonl.gz")]
    [InlineData("tsv-interactions", "amazon2014-beauty/interactions.tsv.gz")]
    [InlineData("tsv-interactions", "amazon2014-5core-std-beauty/interactions.tsv.gz")]
    [InlineData("tsv-interactions", "movielens-100k/interactions.tsv.gz")]
    [InlineData("tsv-items", "amazon2018-game/items.tsv.gz")]
    [InlineData("tsv-items", "movielens-1m/items.tsv.gz")]
    public async Task RealFiles(string schema, string file)
    {
        IEnumerable<string> lines = Lines(SharedData.Path(file.Split('/')));
        string first = lines.First();
        if (first.StartsWith('{'))
        {
            await AssertValid(schema, lines.Take(1_000));
        }
        else
        {
            bool hasHeader = schema.StartsWith("tsv", StringComparison.Ordinal);
            string[] names = hasHeader ? first.Split('\t') : [.. (await Schema(schema)).Properties.Keys];
            await AssertValid(schema, Objects(lines.Skip(hasHeader ? 1 : 0).Take(1_000), names, hasHeader ? '\t' : ','));
        }
    }

    [Fact]
    public async Task GeneratedAndPreparedFiles()
    {
        var files = Run.Generate(_folder.Root, new() { Users = 100, BrokenLineRate = 0.01 });
        await AssertValid("amazon2014-item", Lines(files.Items));
        var good = Run.Generate(_folder["good"], new() { Users = 100 });
        await AssertValid("amazon2014-review", Lines(good.Reviews).Take(500));

        Run.Prepare(new() { Reviews = [files.Reviews], Items = [files.Items], OutputFolder = _folder["out"], SampleInteractions = 500 });
        await AssertValid("manifest", [await File.ReadAllTextAsync(Path.Combine(_folder["out"], "manifest.json"), TestContext.Current.CancellationToken)]);
        await AssertValid("interactions", Rows("interactions.parquet").Take(500));
        await AssertValid("items", Rows("items.parquet").Take(500));
        await AssertValid("tokens", Rows("tokens.parquet").Take(500));
        // What prepare writes may be read as Parquet from elsewhere is.
        await AssertValid("parquet-interactions", Rows("interactions.parquet").Take(500));
        await AssertValid("parquet-items", Rows("items.parquet").Take(500));
        string[] rejected = await File.ReadAllLinesAsync(Path.Combine(_folder["out"], "rejected.tsv"), TestContext.Current.CancellationToken);
        await AssertValid("rejected", Objects(rejected.Skip(1), rejected[0].Split('\t'), '\t'));

        var ratings = Run.Generate(_folder["ratings"], new() { Users = 100, Format = ReviewFormat.Amazon2018 });
        await AssertValid("amazon2018-ratings", Objects(Lines(ratings.Reviews).Take(500), ["item", "user", "rating", "timestamp"], ','));
        await AssertValid("amazon2018-item", Lines(ratings.Items));
    }

    /// <summary>Lines of the releases that no file here has, with all their fields: valid by the schema, and read as the page says.</summary>
    [Theory]
    [InlineData("amazon2014-review", """{"reviewerID": "A1B2C3D4E5F6G7", "asin": "B000000001", "reviewerName": "x", "helpful": [2, 3], "reviewText": "x", "overall": 5.0, "summary": "x", "unixReviewTime": 1405296000, "reviewTime": "07 14, 2014"}""")]
    [InlineData("amazon2018-review", """{"overall": 5.0, "vote": "2", "verified": true, "reviewTime": "07 14, 2014", "reviewerID": "A1B2C3D4E5F6G7", "asin": "B000000001", "style": {"Color:": " x"}, "reviewerName": "x", "reviewText": "x", "summary": "x", "unixReviewTime": 1405296000, "image": ["x"]}""")]
    [InlineData("amazon2023-review", """{"rating": 5.0, "title": "x", "text": "x", "images": [{"small_image_url": "x"}], "asin": "B000000002", "parent_asin": "B000000001", "user_id": "A1B2C3D4E5F6G7", "timestamp": 1405296000999, "helpful_vote": 0, "verified_purchase": true}""")]
    [InlineData("amazon2014-ratings", "A1B2C3D4E5F6G7,B000000001,5.0,1405296000")]
    [InlineData("amazon2018-ratings", "B000000001,A1B2C3D4E5F6G7,5.0,1405296000")]
    [InlineData("amazon2023-ratings", "user_id,parent_asin,rating,timestamp\nA1B2C3D4E5F6G7,B000000001,5.0,1405296000999")]
    [InlineData("tsv-interactions", "item_id\tuser_id\ttimestamp\nB000000001\tA1B2C3D4E5F6G7\t1405296000")]
    public async Task LinesWithAllFields(string schema, string text)
    {
        string[] lines = text.Split('\n');
        if (lines[0].StartsWith('{'))
        {
            await AssertValid(schema, lines);
        }
        else
        {
            char delimiter = lines[0].Contains('\t', StringComparison.Ordinal) ? '\t' : ',';
            string[] names = lines.Length > 1 ? lines[0].Split(delimiter) : [.. (await Schema(schema)).Properties.Keys];
            await AssertValid(schema, Objects([lines[^1]], names, delimiter));
        }

        var events = Views.Events(Views.Catalog.LoadAmazonReviews(_folder.Write("file", text)));
        Assert.Equal([new() { UserId = "A1B2C3D4E5F6G7", ItemId = "B000000001", Timestamp = 1405296000 }], events);
    }

    public static TheoryData<string> Schemas => [.. Directory.GetFiles(Folder, "*.schema.json").Select(file => Path.GetFileName(file).Replace(".schema.json", "", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task ThePageNamesEachField(string schema)
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Folder, "README.md"), TestContext.Current.CancellationToken);
        string section = page.Split("\n### " + schema + ": ")[1].Split("\n#")[0];
        var named = section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        Assert.Equal(Fields(await Schema(schema), "").Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Fields(JsonSchema schema, string prefix) => schema.Properties.SelectMany(property => new[] { prefix + property.Key }
        .Concat(Fields(property.Value, prefix + property.Key + "."))
        .Concat(property.Value.Item is { } item ? Fields(item, prefix + property.Key + "[].") : []));

    [Theory]
    [InlineData("amazon2014-review", """{"reviewerID": "A", "unixReviewTime": 1405296000}""")]
    [InlineData("amazon2014-review", """{"reviewerID": "A", "asin": "B", "unixReviewTime": -1}""")]
    [InlineData("amazon2023-review", """{"user_id": "A", "parent_asin": "B", "timestamp": 1405296000}""")]
    [InlineData("amazon2018-item", """{"asin": "", "title": "t"}""")]
    [InlineData("items", """{"item_id": "B", "title": null, "brand": "", "categories": ""}""")]
    [InlineData("tokens", """{"item_id": "B", "tokens": [-1]}""")]
    [InlineData("tokens", """{"item_id": "B", "tokens": null}""")]
    [InlineData("manifest", "{}")]
    [InlineData("amazon2018-ratings", """{"item": "B", "user": "A", "rating": "5.0", "timestamp": "soon"}""")]
    [InlineData("amazon2018-ratings", """{"item": "B", "user": "A", "rating": "5.0"}""")]
    [InlineData("tsv-interactions", """{"user_id": "", "item_id": "B"}""")]
    [InlineData("parquet-interactions", """{"user_id": 1.5, "item_id": "B", "timestamp": 1}""")]
    [InlineData("rejected", """{"file": "f", "line": "0", "reason": "no user"}""")]
    public async Task WhatIsWrongIsRefused(string schema, string line) => Assert.NotEmpty((await Schema(schema)).Validate(line));

    private static string Folder => Path.Combine(Repository.Root, "data-schemas");

    private static async Task<JsonSchema> Schema(string name) =>
        await JsonSchema.FromFileAsync(Path.Combine(Folder, name + ".schema.json"), TestContext.Current.CancellationToken);

    /// <summary>Delimited lines as objects of texts; an empty field is absent.</summary>
    private static IEnumerable<string> Objects(IEnumerable<string> lines, string[] names, char delimiter) => lines.Select(line =>
    {
        string[] fields = line.Split(delimiter);
        Assert.Equal(names.Length, fields.Length);
        return JsonSerializer.Serialize(names.Zip(fields).Where(field => field.Second.Length > 0).ToDictionary(field => field.First, field => field.Second));
    });

    private static async Task AssertValid(string name, IEnumerable<string> lines)
    {
        JsonSchema schema = await Schema(name);
        int count = 0;
        foreach (string line in lines)
        {
            count++;
            Assert.True(schema.Validate(line) is { Count: 0 }, $"{line}: {string.Join("; ", schema.Validate(line))}");
        }

        Assert.NotEqual(0, count);
    }

    private static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return line.StartsWith("{'", StringComparison.Ordinal) ? PythonLiteral.ToJson(line) ?? line : line;
        }
    }

    private List<string> Rows(string file)
    {
        using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        string path = Path.Combine(_folder["out"], file);
        return Sql.Rows(
            connection, $"SELECT to_json(r) FROM read_parquet([{Sql.Literal(path)}]) r", row => row.GetString(0), TestContext.Current.CancellationToken);
    }
}
