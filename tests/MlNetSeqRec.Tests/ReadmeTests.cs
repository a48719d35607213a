using Microsoft.Data.Analysis;
using Microsoft.Data.Sqlite;
using Microsoft.ML;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests;

/// <summary>The README's examples are this code: it compiles, and a change to one must be made to the other.</summary>
public class ReadmeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheExampleIsTheCodeBelow(int number)
    {
        string readme = File.ReadAllText(Path.Combine(Data.Repository.Root, "README.md"));
        string[] example = Lines(readme.Split("```csharp")[number].Split("```")[0]).Where(line => !line.StartsWith("using ", StringComparison.Ordinal)).ToArray();
        string source = File.ReadAllText(Path.Combine(Data.Repository.Root, "tests", "MlNetSeqRec.Tests", "ReadmeTests.cs"));
        string[] code = Lines(source.Split("// example " + "begins")[number].Split("// example " + "ends")[0]);
        Assert.Equal(example, code);
    }

    [Fact]
    public void TheSecondExampleRuns()
    {
        using var folder = new Data.TemporaryFolder();
        string database = $"Data Source={folder["shop.db"]}";
        using (var connection = new SqliteConnection(database))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE sales (buyer INTEGER, sku TEXT, sold_at TIMESTAMP); INSERT INTO sales VALUES (1, 'a', '2014-05-01'), (1, 'b', '2014-05-31')";
            command.ExecuteNonQuery();
        }

        var rec = new MLContext(seed: 1).SequentialRecommendation();
        Assert.Equal([new() { UserId = "1", ItemId = "b", Timestamp = 1401494400 }], Data.Views.Events(SecondExample(rec, database)));
        SqliteConnection.ClearAllPools();
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

#pragma warning disable IDE0051, CA1859 // compiled, not called: it asks for files that the reader would have
    private static void Example()
    {
        // example begins
        var ml = new MLContext(seed: 1);
        var rec = ml.SequentialRecommendation();

        IDataView reviews = rec.Data.LoadAmazonReviews("reviews_Beauty_5.json.gz");
        IDataView items = rec.Data.LoadAmazonItems("meta_Beauty.json.gz");
        SequenceSplit split = rec.Data.LeaveOneOutSplit(reviews);

        var pipeline = rec.Transforms.BuildSequences()
            .Append(ml.Transforms.Conversion.MapValueToKey("History"))
            .Append(rec.Trainers.SequentialTransformer(new() { Items = items, ValidationData = split.Validation }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("RecommendedItems"));

        ITransformer model = pipeline.Fit(split.Train);
        SequentialRankingMetrics m = rec.Evaluate(model.Transform(split.Test), [5, 10, 20]);
        Console.WriteLine($"{m.HitRate(10):f4} {m.Ndcg(10):f4} {m.Unseen.Ndcg(10):f4}");

        ml.Model.Save(model, reviews.Schema, "model.zip");
        // example ends
    }
#pragma warning restore IDE0051, CA1859

    private static IDataView SecondExample(SequentialRecommendationCatalog rec, string database)
    {
        // example begins
        IDataView events = rec.Data.LoadInteractions(SqliteFactory.Instance, database,
            "SELECT buyer, sku, sold_at FROM sales ORDER BY sold_at", userColumn: "buyer", itemColumn: "sku", timeColumn: "sold_at");

        DataFrame frame = rec.Data.ToDataFrame(events);
        DataFrame recent = frame.Filter(frame["Timestamp"].ElementwiseGreaterThan(1_400_000_000L));
        IDataView fewer = rec.Data.LoadInteractions(recent, "UserId", "ItemId", "Timestamp");
        // example ends
        return fewer;
    }
}
