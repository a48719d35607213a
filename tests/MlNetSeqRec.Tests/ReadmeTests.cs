using Microsoft.ML;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests;

/// <summary>The README's example is this code: it compiles, and a change to one must be made to the other.</summary>
public class ReadmeTests
{
    [Fact]
    public void TheExampleIsTheCodeBelow()
    {
        string readme = File.ReadAllText(Path.Combine(Data.Repository.Root, "README.md"));
        string[] example = Lines(readme.Split("```csharp")[1].Split("```")[0]).Where(line => !line.StartsWith("using ", StringComparison.Ordinal)).ToArray();
        string source = File.ReadAllText(Path.Combine(Data.Repository.Root, "tests", "MlNetSeqRec.Tests", "ReadmeTests.cs"));
        string[] code = Lines(source.Split("// example " + "begins")[1].Split("// example " + "ends")[0]);
        Assert.Equal(example, code);
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
}
