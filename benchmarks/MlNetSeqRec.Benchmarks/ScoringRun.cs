using System.Diagnostics;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Benchmarks;

/// <summary>
/// Top K of a whole catalogue for many users, with random vectors: the rate of the products 2 × users × items × width that
/// the search reaches, beside that of the bare matrix products in tiles of several sizes, of which the best counts.
/// One line of JSON for each setting.
/// </summary>
internal static class ScoringRun
{
    private const int HistoryLength = 10;

    public static void Start(Arguments args)
    {
        NativeLibraries.Load();
        Device device = Devices.Choose(args.Text("device", "auto"), null);
        NativeMemory.KeepFreedBlocks();
        (int users, int items, int count) = (args.Number("users", 100_000), args.Number("items", 1_000_000), args.Number("count", 10));
        using IDisposable noGradients = no_grad();
        foreach (int width in args.Numbers("width", "128"))
        {
            using DisposeScope scope = NewDisposeScope();
            random.manual_seed(1);
            Tensor states = randn(users, width, device: device);
            Tensor vectors = randn(items, width, device: device);
            var draw = new Random(1);
            ReadOnlyMemory<int>[] histories = [.. Enumerable.Range(0, users).Select(_ => (ReadOnlyMemory<int>)Enumerable.Range(0, HistoryLength).Select(_ => draw.Next(items)).ToArray())];
            ExcludedPairs excluded = ExcludedPairs.Make(histories, device);
            foreach (string precision in args.List("precision", "fp32,tf32,bf16"))
                Measure(new Case(precision, states, vectors, excluded, count, args));
        }
    }

    private sealed record Case(string Precision, Tensor States, Tensor Vectors, ExcludedPairs Excluded, int Count, Arguments Args)
    {
        public ScalarType Coarse => Precision == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32;

        public double Products => 2.0 * States.shape[0] * Vectors.shape[0] * Vectors.shape[1];
    }

    private static void Measure(Case of)
    {
        bool before = backends.cuda.matmul.allow_tf32;
        backends.cuda.matmul.allow_tf32 = of.Precision == "tf32";
        try
        {
            double bare = BareRate(of);
            foreach (int users in of.Args.Numbers("users-at-once", "1024,4096"))
            {
                foreach (int tile in of.Args.Numbers("tile-mb", "16,32,64,256"))
                {
                    foreach (int block in of.Args.Numbers("block", "16,32"))
                        MeasureSearch(of, bare, new TiledSearchOptions { Coarse = of.Coarse, Block = block, TileBytes = (long)tile << 20, Users = users });
                }
            }
        }
        finally
        {
            backends.cuda.matmul.allow_tf32 = before;
        }
    }

    // The best rate of matrix products alone, in tiles that write over one another.
    private static double BareRate(Case of)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor vectors = of.Vectors.to(of.Coarse), states = of.States.to(of.Coarse);
        double best = 0;
        foreach (int users in of.Args.Numbers("bare-users", "1024,4096,16384"))
        {
            foreach (int tileMb in of.Args.Numbers("bare-tile-mb", "32,256,2048"))
            {
                long tile = Math.Max(1, ((long)tileMb << 20) / (users * vectors.ElementSize));
                double seconds = Time(of, () =>
                {
                    for (long first = 0; first < states.shape[0]; first += users)
                    {
                        using Tensor some = states.narrow(0, first, Math.Min(users, states.shape[0] - first));
                        BareProducts.Run(vectors, some, tile);
                    }
                });
                double rate = of.Products / seconds / 1e12;
                best = Math.Max(best, rate);
                Print(of, new { what = "matrix products alone", users_at_once = users, tile_mb = tileMb, seconds = Round(seconds), tflops = Round(rate) });
            }
        }

        return best;
    }

    private static void MeasureSearch(Case of, double bare, TiledSearchOptions options)
    {
        using var search = new TiledSearch(of.Vectors, options);
        double maxima = MaximaAlone(of, options);
        foreach (bool exclude in new[] { false, true })
        {
            double seconds = Time(of, () =>
            {
                using DisposeScope scope = NewDisposeScope();
                search.Top(of.States, of.Count, exclude ? of.Excluded : null);
            });
            double rate = of.Products / seconds / 1e12;
            Print(of, new
            {
                what = "top " + of.Count,
                users_at_once = options.Users,
                tile_mb = options.TileBytes >> 20,
                block = options.Block,
                excluded_per_user = exclude ? HistoryLength : 0,
                seconds = Round(seconds),
                seconds_of_block_maxima = Round(maxima),
                users_per_second = Math.Round(of.States.shape[0] / seconds),
                tflops = Round(rate),
                share_of_best_matrix_rate = Round(rate / bare),
                found_of_exact = Round(Recall(of, search)),
                device_memory_mb = DeviceMemory(of.Vectors.device),
            });
        }
    }

    // The first part of the search: the products and the maxima of blocks, without choosing and scoring blocks again.
    private static double MaximaAlone(Case of, TiledSearchOptions options)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor vectors = of.Vectors.to(of.Coarse), states = of.States.to(of.Coarse);
        long blocks = (vectors.shape[0] + options.Block - 1) / options.Block;
        long users = Math.Clamp(options.MaximaBytes / (blocks * vectors.ElementSize), 1, options.Users);
        return Time(of, () =>
        {
            for (long first = 0; first < states.shape[0]; first += users)
            {
                using DisposeScope chunk = NewDisposeScope();
                Tensor some = states.narrow(0, first, Math.Min(users, states.shape[0] - first));
                long tile = Math.Max(1, options.TileBytes / (some.shape[0] * vectors.ElementSize * options.Block)) * options.Block;
                SearchScripts.BlockMaxima(vectors, some, options.Block, tile, empty(blocks, some.shape[0], dtype: of.Coarse, device: vectors.device));
            }
        });
    }

    // The share of the exact best items of some users, from a full matrix of scores in 32-bit floats, that the search finds.
    private static double Recall(Case of, TiledSearch search)
    {
        using DisposeScope scope = NewDisposeScope();
        bool tf32 = backends.cuda.matmul.allow_tf32;
        backends.cuda.matmul.allow_tf32 = false;
        Tensor some = of.States.narrow(0, 0, Math.Min(200, of.States.shape[0]));
        (_, Tensor exact) = some.mm(of.Vectors.t()).topk(of.Count, dim: 1);
        backends.cuda.matmul.allow_tf32 = tf32;
        (_, Tensor found) = search.Top(some, of.Count);
        return (found.unsqueeze(2) == exact.unsqueeze(1)).sum().item<long>() / (double)exact.numel();
    }

    // The median of some runs after one that does not count.
    private static double Time(Case of, Action run)
    {
        var times = new List<double>();
        for (int i = 0; i <= of.Args.Number("rounds", 3); i++)
        {
            var clock = Stopwatch.StartNew();
            run();
            if (of.Vectors.device_type == DeviceType.CUDA)
                cuda.synchronize();
            if (i > 0)
                times.Add(clock.Elapsed.TotalSeconds);
        }

        return times.Order().ElementAt(times.Count / 2);
    }

    private static void Print(Case of, object result)
    {
        string settings = JsonSerializer.Serialize(new { precision = of.Precision, users = of.States.shape[0], items = of.Vectors.shape[0], width = of.Vectors.shape[1] });
        Console.WriteLine($"{settings[..^1]},{JsonSerializer.Serialize(result)[1..]}");
    }

    private static double Round(double value) => double.Parse(value.ToString("G4", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    // What the driver says is in use, with the memory that libtorch keeps for later.
    private static int? DeviceMemory(Device device)
    {
        if (device.type != DeviceType.CUDA)
            return null;
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("nvidia-smi", $"--query-gpu=memory.used --format=csv,noheader,nounits -i {Math.Max(0, device.index)}") { RedirectStandardOutput = true })!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return int.TryParse(text.Trim(), out int used) ? used : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // no nvidia-smi
        }
    }
}
