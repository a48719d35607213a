using System.CommandLine;
using System.Globalization;
using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec scaling sweep: many trainings of one corpus, at different widths, depths and sizes of data.</summary>
internal static class ScalingSweepCommand
{
    public static Command Make()
    {
        var data = new Option<string>("--data") { Description = "The corpus, a folder as train takes it", Required = true };
        var output = new Option<string>("--out") { Description = "The sweep's folder; the same command goes on where it stopped", Required = true };
        var widths = new Option<string>("--widths") { Description = "Widths", DefaultValueFactory = _ => "32,64,128" };
        var layers = new Option<string>("--layers") { Description = "Depths", DefaultValueFactory = _ => "1,2,4" };
        var sizes = new Option<string>("--sizes") { Description = "About how many interactions, by whole users; all for all. Each size holds the smaller ones", DefaultValueFactory = _ => "10000,100000,all" };
        var epochs = new Option<string>("--epochs") { Description = "Passes over the data: one number, or one for each size", DefaultValueFactory = _ => "20" };
        var random = new Option<int?>("--random") { Description = "So many random configurations between the given ones, in place of all combinations" };
        var heldOut = new Option<int>("--held-out-users") { Description = "Users to validate on, the same for every size, and never trained on", DefaultValueFactory = _ => 10_000 };
        var limit = new Option<double?>("--time-limit") { Description = "Most seconds; what is under way then goes on with the next call" };
        var parallel = new Option<int>("--parallel") { Description = "Trainings at once", DefaultValueFactory = _ => 1 };
        var devices = new Option<string?>("--devices") { Description = "Devices to deal trainings out to, cuda:0,cuda:1 for example; by default that of --device" };
        var keep = new Option<bool>("--keep-models") { Description = "Keep the models too, not only the records" };
        var items = new Option<string>("--items") { Description = "What item vectors are made from: text (as in the paper), id or id+text", DefaultValueFactory = _ => "text" };
        items.AcceptOnlyFromAmong("id", "text", "id+text");
        var heads = new Option<int>("--heads") { Description = "Attention heads", DefaultValueFactory = _ => 4 };
        Option<string?>[] passedOn =
        [
            new("--batch") { Description = "Positions trained in one step" },
            new("--negatives") { Description = "Negatives drawn for each step; 0 for the whole catalogue" },
            new("--dropout") { Description = "Share of values dropped in training" },
            new("--learning-rate") { Description = "Peak learning rate" },
            new("--precision") { Description = "Single or BFloat16" },
            new("--length") { Description = "How many of the latest items are looked at" },
            new("--patience") { Description = "Epochs without a better validation before a training stops" },
        ];

        return CommonOptions.Command("sweep", "Train at many widths, depths and sizes of data, and record each run", (parsed, context, cancellation) =>
        {
            long?[] wanted = [.. parsed.GetValue(sizes)!.Split(',').Select(size => size == "all" ? (long?)null : Number("--sizes", size))];
            int[] Numbers(Option<string> option) => [.. parsed.GetValue(option)!.Split(',').Select(number => (int)Number(option.Name, number))];
            int headCount = parsed.GetValue(heads);
            if (Numbers(widths).FirstOrDefault(width => width % headCount != 0) is > 0 and int odd)
                throw new ArgumentException($"--widths has {odd}, which is no multiple of the {headCount} heads");
            SweepReport report = Sweep.Run(
                new SweepOptions
                {
                    Data = parsed.GetValue(data)!,
                    Folder = parsed.GetValue(output)!,
                    Runs = parsed.GetValue(random) is { } count
                        ? SweepDesign.Random(count, Numbers(widths), Numbers(layers), wanted, Numbers(epochs), headCount, context.Seed)
                        : SweepDesign.Grid(Numbers(widths), Numbers(layers), wanted, Numbers(epochs)),
                    Program = ThisProgram(),
                    Settings = ["--items", parsed.GetValue(items)!, "--heads", headCount.ToString(CultureInfo.InvariantCulture), .. passedOn.SelectMany(option => parsed.GetValue(option) is { } value ? new[] { option.Name, value } : [])],
                    HeldOutUsers = parsed.GetValue(heldOut),
                    Seed = context.Seed,
                    Parallel = parsed.GetValue(parallel) is >= 1 and int at ? at : throw new ArgumentException("--parallel must be at least 1"),
                    Devices = parsed.GetValue(devices)?.Split(',') ?? [context.Device],
                    TimeLimit = parsed.GetValue(limit) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    KeepModels = parsed.GetValue(keep),
                },
                new Messages(),
                cancellation);
            context.Say(string.Create(CultureInfo.InvariantCulture, $"{report.Store}: {report.Before + report.Done} of {report.Runs} runs, {report.Done} of them now in {report.Seconds:f0} s; {report.Failed.Count} failed, {report.Left} left; {report.DeviceHours:f2} device-hours in all"));
            return report.Failed.Count == 0 ? report : throw new InvalidOperationException($"{report.Failed.Count} of {report.Runs} runs failed, {report.Store} has the others; {report.Failed.First().Key}: {report.Failed.First().Value}");
        }, [data, output, widths, layers, sizes, epochs, random, heldOut, limit, parallel, devices, keep, items, heads, .. passedOn]);
    }

    // As it was started: by itself, or by dotnet.
    private static string[] ThisProgram()
    {
        string process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? [process, Path.Combine(AppContext.BaseDirectory, "seqrec.dll")] : [process];
    }

    private static long Number(string option, string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0
        ? number
        : throw new ArgumentException($"{option} has '{text}'; whole numbers above 0 with commas between them were expected");

    private sealed class Messages : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
