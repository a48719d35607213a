using System.IO.Compression;
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
    [InlineData("amazon2014-review", "amazon2014/reviews_Beauty_5.json.gz")]
    [InlineData("amazon2014-item", "amazon2014/meta_Beauty.json.gz")]
    [InlineData("amazon2018-item", "amazon2018/meta_Office_Products.json.gz")]
    [InlineData("amazon2023-review", "amazon2023/Industrial_and_Scientific.jsonl.gz")]
    [InlineData("amazon2023-item", "amazon2023/meta_Industrial_and_Scientific.jsonl.gz")]
    public async Task RealFiles(string schema, string file) =>
        await AssertValid(schema, Lines(SharedData.Path(["raw", .. file.Split('/')])).Take(1_000));

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
    }

    [Theory]
    [InlineData("amazon2014-review", """{"reviewerID": "A", "unixReviewTime": 1405296000}""")]
    [InlineData("amazon2014-review", """{"reviewerID": "A", "asin": "B", "unixReviewTime": -1}""")]
    [InlineData("amazon2023-review", """{"user_id": "A", "parent_asin": "B", "timestamp": 1405296000}""")]
    [InlineData("amazon2018-item", """{"asin": "", "title": "t"}""")]
    [InlineData("items", """{"item_id": "B", "title": null, "brand": "", "categories": ""}""")]
    [InlineData("tokens", """{"item_id": "B", "tokens": [-1]}""")]
    [InlineData("tokens", """{"item_id": "B", "tokens": null}""")]
    [InlineData("manifest", "{}")]
    public async Task WhatIsWrongIsRefused(string schema, string line) => Assert.NotEmpty((await Schema(schema)).Validate(line));

    private static async Task<JsonSchema> Schema(string name) =>
        await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "data-schemas", name + ".schema.json"), TestContext.Current.CancellationToken);

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
