using System.Diagnostics;
using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Benchmarks;

/// <summary>
/// The time of one recommendation through PredictionEngine on the CPU, and of its parts: each is run by itself, in turn with
/// the others, so that the machine's noise falls on all alike. The arithmetic is the bare matrix products of the same shapes.
/// </summary>
internal static class PredictionRun
{
    private const int Width = 128, Layers = 2;

    public static void Start(Arguments args)
    {
        Console.WriteLine($"{"microseconds",-40} {"items",8} {"history",8} {"p50",9} {"p99",9}");
        foreach (int items in args.Numbers("items", "12000,100000"))
        {
            var ml = new MLContext(1);
            using SequentialRecommendationTransformer model = Shop.Train(ml, items);
            foreach (int length in args.Numbers("history", "10,50"))
                Measure(ml, model, items, length, args.Number("rounds", 2000));
        }
    }

    private static void Measure(MLContext ml, SequentialRecommendationTransformer model, int items, int length, int rounds)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        using PredictionEngine<Shop.Shopper, Shop.Recommendation> engine =
            ml.Model.CreatePredictionEngine<Shop.Shopper, Shop.Recommendation>(model, new PredictionEngineOptions { OwnsTransformer = false });
        var shopper = new Shop.Shopper { History = Shop.Draw(new Random(2), items, length) };
        ReadOnlyMemory<int>[] histories = [Array.ConvertAll(shopper.History, id => model.IndexOf(id.AsMemory()))];
        Ranker ranker = model.Model.Ranker;
        using HistoryBatch batch = HistoryBatch.Make(histories, 50, CPU).Keep();
        Tensor vectors = ranker.All.Vectors;
        Tensor state = randn(1, Width);
        float[] scores = randn(items).Values<float>();
        Tensor[] weights = [.. new[] { (Width, 3 * Width), (Width, Width), (Width, 4 * Width), (4 * Width, Width) }.Select(shape => randn(shape.Item1, shape.Item2))];
        Dictionary<int, Tensor> inputs = new() { [Width] = randn(length, Width), [4 * Width] = randn(length, 4 * Width) };

        (string Name, Action Run)[] parts =
        [
            ("PredictionEngine", () => engine.Predict(shopper)),
            ("  ranking without ML.NET", () => ranker.Top(histories, 10, excludeHistory: true)),
            ("    history as tensors", () => HistoryBatch.Make(histories, 50, CPU).Dispose()),
            ("    state by the network", () => ranker.States(batch)),
            ("    best 10 of the scores", () => BestItems.Select(scores, 10)),
            ("arithmetic alone: item scores", () => state.mm(vectors.t())),
            ("arithmetic alone: network", Network),
        ];
        var times = parts.Select(_ => new double[rounds]).ToArray();
        for (int round = -rounds / 10; round < rounds; round++)
        {
            for (int part = 0; part < parts.Length; part++)
            {
                long start = Stopwatch.GetTimestamp();
                using (NewDisposeScope())
                    parts[part].Run();
                if (round >= 0)
                    times[part][round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }
        }

        for (int part = 0; part < parts.Length; part++)
        {
            Array.Sort(times[part]);
            Console.WriteLine($"{parts[part].Name,-40} {items,8} {length,8} {times[part][rounds / 2],9:F1} {times[part][rounds * 99 / 100],9:F1}");
        }

        void Network()
        {
            for (int layer = 0; layer < Layers; layer++)
            {
                foreach (Tensor weight in weights)
                    inputs[(int)weight.shape[0]].mm(weight);
            }
        }
    }
}
