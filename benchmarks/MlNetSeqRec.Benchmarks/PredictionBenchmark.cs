using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Microsoft.ML;
using static TorchSharp.torch;

namespace MlNetSeqRec.Benchmarks;

/// <summary>
/// One shopper's 10 recommendations through PredictionEngine on the CPU, beside the product of one state with all item
/// vectors, which is most of the arithmetic. The verb "prediction" measures single calls and the parts.
/// </summary>
[Config(typeof(InProcess))]
public class PredictionBenchmark
{
    private PredictionEngine<Shop.Shopper, Shop.Recommendation>? _engine;
    private Shop.Shopper? _shopper;
    private Tensor? _state;
    private Tensor? _itemVectors;

    [Params(12_000, 100_000)]
    public int Items { get; set; }

    [Params(10, 50)]
    public int History { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var ml = new MLContext(1);
        SequentialRecommendationTransformer model = Shop.Train(ml, Items);
        _engine = ml.Model.CreatePredictionEngine<Shop.Shopper, Shop.Recommendation>(model);
        _shopper = new Shop.Shopper { History = Shop.Draw(new Random(2), Items, History) };
        _itemVectors = model.Model.Ranker.All.Vectors;
        _state = randn(1, _itemVectors.shape[1]);
    }

    [Benchmark]
    public string[] Predict() => _engine!.Predict(_shopper!).RecommendedItems;

    [Benchmark(Baseline = true)]
    public void ItemScoresAlone() => _state!.mm(_itemVectors!.t()).Dispose();

    // A process for each benchmark would need the native libraries beside it.
    private sealed class InProcess : ManualConfig
    {
        public InProcess()
        {
            AddJob(Job.ShortRun.WithIterationCount(50).WithToolchain(InProcessEmitToolchain.Instance));
            AddColumn(StatisticColumn.P50, new PercentileColumn(99));
        }
    }

    private sealed class PercentileColumn(int percentile) : IColumn
    {
        public string Id => ColumnName;

        public string ColumnName => $"P{percentile}";

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Statistics;

        public int PriorityInCategory => percentile;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Time;

        public string Legend => $"{percentile} % of the iterations' means are below it";

        public string GetValue(BenchmarkDotNet.Reports.Summary summary, BenchmarkDotNet.Running.BenchmarkCase benchmarkCase) =>
            GetValue(summary, benchmarkCase, summary.Style);

        public string GetValue(BenchmarkDotNet.Reports.Summary summary, BenchmarkDotNet.Running.BenchmarkCase benchmarkCase, BenchmarkDotNet.Reports.SummaryStyle style)
        {
            Statistics? statistics = summary[benchmarkCase]?.ResultStatistics;
            return statistics is null ? "" : (statistics.Percentiles.Percentile(percentile) / 1000).ToString("N1", System.Globalization.CultureInfo.InvariantCulture) + " us";
        }

        public bool IsDefault(BenchmarkDotNet.Reports.Summary summary, BenchmarkDotNet.Running.BenchmarkCase benchmarkCase) => false;

        public bool IsAvailable(BenchmarkDotNet.Reports.Summary summary) => true;
    }
}
