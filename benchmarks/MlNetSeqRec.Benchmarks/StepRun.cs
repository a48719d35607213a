using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;
using MlNetSeqRec.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Benchmarks;

/// <summary>
/// The time of a training step on a data folder's histories, or on drawn ones, and how it is shared out among the step's
/// parts. One line of JSON for each combination of the settings.
/// </summary>
internal static class StepRun
{
    public static void Start(Arguments args)
    {
        string precision = args.Text("precision", "Single");
        var common = new SequentialTransformerOptions { Device = args.Text("device", "auto"), Precision = Enum.Parse<TrainingPrecision>(precision) };
        Device device = TrainingDevice.Prepare(common, null);
        ItemEncoding encoding = Enum.Parse<ItemEncoding>(args.Text("encoding", "Text"));
        TrainingDomain? folder = args.Text("data", "") is { Length: > 0 } path ? Load(path) : null;
        ItemTokenizer? ownTokenizer = folder is null || encoding == ItemEncoding.Id ? null : ItemTokenizer.Train(folder.Catalogue, 8000);
        foreach (int items in folder is null ? args.Numbers("items", "12101") : [folder.Catalogue.Count])
        {
            foreach (int mean in folder is null ? args.Numbers("mean-length", "7") : [0])
            {
                var histories = folder?.Histories ?? (args.Number("equal", 0) is > 0 and int equal ? DrawnHistories.Equal(args.Number("users", 22_363), items, equal) : DrawnHistories.Make(args.Number("users", 22_363), items, mean));
                ItemTokens? tokens = encoding == ItemEncoding.Id ? null : folder is null ? DrawnHistories.Tokens(items) : folder.Tokens(ownTokenizer);
                foreach (int width in args.Numbers("width", "128"))
                    foreach (int layers in args.Numbers("layers", "2"))
                        foreach (int length in args.Numbers("length", "50"))
                            foreach (int negatives in args.Numbers("negatives", "0"))
                                foreach (int batch in args.Numbers("batch", "4096"))
                                {
                                    var options = new SequentialTransformerOptions
                                    {
                                        Width = width,
                                        Layers = layers,
                                        MaximumLength = length,
                                        Negatives = negatives,
                                        PositionsPerBatch = batch,
                                        Precision = common.Precision,
                                        RecordSteps = args.Text("record", "yes") == "yes",
                                        Dropout = 0.5,
                                    };
                                    Measure(args, options, encoding, histories, tokens, items, device);
                                }
            }
        }
    }

    private static void Measure(Arguments args, SequentialTransformerOptions options, ItemEncoding encoding, EncodedHistories histories, ItemTokens? tokens, int items, Device device)
    {
        random.manual_seed(1);
        using var network = new SequentialNetwork(new NetworkShape
        {
            Encoding = encoding,
            Items = items,
            TokenRows = tokens?.RowCount ?? 0,
            Width = options.Width,
            Layers = options.Layers,
            Heads = options.Heads,
            MaximumLength = options.MaximumLength,
            Dropout = 0.5,
            TokenDropout = options.TokenDropout,
            Temperature = options.Temperature,
        });
        network.to(device);
        bool sampled = options.Negatives > 0;
        StepNegatives? negatives = sampled
            ? new StepNegatives(new NegativeSource(NegativeSampler.Make(options, histories.CountItems(items)), options.RandomShare, items), options.Negatives!.Value, items, 1)
            : null;
        using ISoftmaxLoss loss = SoftmaxLosses.Make(sampled ? options.LogQ : null, items, device, options.LeaveOutEarlierItems);
        using CudaStream? stream = options.RecordSteps ? RecordedSteps.Stream(device) : null;
        using var step = new TrainingStep(network, sampled ? null : tokens, loss, options, updatesRows: items >= 1_000_000, device);
        var producer = new StepProducer(histories, negatives, sampled ? tokens : null, int.MaxValue, step.IsRecorded);
        BatchPlan plan = BatchPlan.Make(histories, options.MaximumLength, options.PositionsPerBatch);
        using Tensor lossSum = zeros(1, dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();

        int warm = args.Number("warm", 10), counted = args.Number("steps", 60);
        double seconds = 0, launch = 0, lossOfAll = 0;
        long targets = 0, padded = 0, made = 0;
        var parts = new Dictionary<string, double>();
        foreach (bool inParts in new[] { false, true })
        {
            var clock = new Stopwatch();
            var part = new Stopwatch();
            step.Passed = inParts ? Mark : null;
            made = 0;
            foreach (StepData data in Steps(plan, producer, warm + counted))
            {
                if (made++ == warm)
                {
                    Wait(device);
                    parts.Clear();
                    (targets, padded) = (0, 0);
                    clock.Start();
                }

                part.Restart();
                step.Run(data, 1e-3, lossSum);
                targets += data.Targets;
                padded += data.Passes.Sum(pass => pass.Rows * pass.Length);
            }

            launch = inParts ? launch : clock.Elapsed.TotalMilliseconds;
            Wait(device);
            seconds = inParts ? seconds : clock.Elapsed.TotalSeconds;
            lossOfAll = inParts ? lossOfAll : lossSum.item<double>();

            void Mark(string name)
            {
                Wait(device);
                parts[name] = parts.GetValueOrDefault(name) + part.Elapsed.TotalMilliseconds;
                part.Restart();
            }
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            encoding = encoding.ToString(),
            options.Width,
            options.Layers,
            options.MaximumLength,
            items,
            negatives = options.Negatives,
            batch = options.PositionsPerBatch,
            precision = options.Precision.ToString(),
            recorded = step.IsRecorded,
            lossOfAll,
            parameters = network.ParameterCount,
            msPerStep = Round(1000 * seconds / counted),
            msOfHost = Round(launch / counted),
            targetsPerStep = targets / counted,
            positionsPerStep = padded / counted,
            targetsPerSecond = Math.Round(targets / seconds),
            msOfParts = parts.ToDictionary(entry => entry.Key, entry => Round(entry.Value / counted)),
        }));
    }

    // As many steps as are wanted, over as many epochs as that takes.
    private static IEnumerable<StepData> Steps(BatchPlan plan, StepProducer producer, int count)
    {
        for (int epoch = 0, done = 0; done < count; epoch++)
        {
            IReadOnlyList<Batch> batches = [.. plan.Epoch(new Random(epoch)).Take(count - done)];
            foreach (StepData data in producer.Produce(batches, 0, done))
                yield return data;
            done += batches.Count;
        }
    }

    private static TrainingDomain Load(string folder)
    {
        var catalog = new MLContext(1).SequentialRecommendation();
        SequenceSplit split = catalog.Data.LeaveOneOutSplit(catalog.Data.LoadInteractions(folder));
        IDataView histories = catalog.Transforms.BuildSequences().Fit(split.Train).Transform(split.Train);
        return TrainingDomain.Read(string.Empty, histories, catalog.Data.LoadItems(folder), split.Validation, "History", "Target");
    }

    private static void Wait(Device device)
    {
        if (device.type == DeviceType.CUDA)
            cuda.synchronize();
    }

    private static double Round(double value) => Math.Round(value, 3);
}
