using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Microsoft.ML;

namespace MlNetSeqRec.Benchmarks;

/// <summary>One shopper's recommendations through PredictionEngine on the CPU: 10 of so many items for a history of 10.</summary>
[Config(typeof(InProcess))]
public class PredictionBenchmark
{
    private PredictionEngine<Shopper, Recommendation>? _engine;
    private Shopper? _shopper;

    [Params(12_000, 100_000)]
    public int Items { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var ml = new MLContext(1);
        SequentialRecommendationCatalog rec = ml.SequentialRecommendation();
        var random = new Random(1);
        IDataView histories = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(_ => new Shopper { History = Draw(random) }));
        IDataView items = ml.Data.LoadFromEnumerable(Enumerable.Range(0, Items).Select(i => new Item { ItemId = $"i{i}" }));
        ITransformer model = rec.Trainers.SequentialTransformer(new SequentialTransformerOptions { Items = items, Epochs = 1, Negatives = 100, Device = "cpu" }).Fit(histories);
        _engine = ml.Model.CreatePredictionEngine<Shopper, Recommendation>(model);
        _shopper = new Shopper { History = Draw(random) };
    }

    [Benchmark]
    public string[] Predict() => _engine!.Predict(_shopper!).RecommendedItems;

    private string[] Draw(Random random) => [.. Enumerable.Range(0, 10).Select(_ => $"i{random.Next(Items)}")];

    public sealed class Item
    {
        public string ItemId { get; set; } = "";

        public string Title { get; set; } = "";
    }

    public sealed class Shopper
    {
        public string[] History { get; set; } = [];
    }

    public sealed class Recommendation
    {
        public string[] RecommendedItems { get; set; } = [];
    }

    // A process for each benchmark would need the native libraries beside it.
    private sealed class InProcess : ManualConfig
    {
        public InProcess() => AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
    }
}
