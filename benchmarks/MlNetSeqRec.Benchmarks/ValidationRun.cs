using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Benchmarks;

/// <summary>
/// The time of one validation (every user's target among the whole catalogue, and among the items that the user has not
/// had) of a random network, on histories whose lengths are spread as those of 5-core review data.
/// </summary>
internal static class ValidationRun
{
    public static void Start(Arguments args)
    {
        NativeLibraries.Load();
        Device device = Devices.Choose(args.Text("device", "auto"), null);
        (int users, int items, int width) = (args.Number("users", 22_363), args.Number("items", 12_101), args.Number("width", 128));
        NativeMemory.KeepFreedBlocks();
        random.manual_seed(1);
        using var network = new SequentialNetwork(new NetworkShape
        {
            Encoding = ItemEncoding.Id,
            Items = items,
            TokenRows = 0,
            Width = width,
            Layers = args.Number("layers", 2),
            Heads = 4,
            MaximumLength = 50,
            Dropout = 0,
            TokenDropout = 0,
        });
        network.to(device);
        EncodedHistories data = DrawnHistories.Make(users, items, 7);

        var clock = Stopwatch.StartNew();
        using var validator = new Validator([network], null, data, data.CountItems(items), device);
        Console.WriteLine($"{users:N0} users, {items:N0} items, {data.Items.Length / (double)users:F1} events each, width {width}, {device}");
        Console.WriteLine($"prepared in {clock.Elapsed.TotalMilliseconds:F1} ms");
        for (int i = 0; i < args.Number("rounds", 5); i++)
        {
            clock.Restart();
            double ndcg = validator.Ndcg();
            Console.WriteLine($"validation {clock.Elapsed.TotalMilliseconds:F1} ms, NDCG@10 {ndcg:R}");
        }
    }
}
