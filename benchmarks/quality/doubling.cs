#!/usr/bin/env dotnet
#:project ../../src/MlNetSeqRec.Experiments/MlNetSeqRec.Experiments.csproj
#:property PublishAot=false
// What scaling.sh left in FOLDER/seed*/runs: the best validation of each width, depth and number of events, mean ± standard deviation over
// seeds.
using System.Globalization;
using MlNetSeqRec.Experiments.Scaling;

if (args.Length != 1 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("usage: dotnet run doubling.cs -- FOLDER (with seed1, seed2, …)");
    return 2;
}

// Sizes are whole users, so that seeds differ by a few events: the size that was asked for stands in the run's name.
var best = Directory.GetDirectories(args[0], "seed*").SelectMany(seed => new RunStore(Path.Combine(seed, "runs")).Read())
    .Select(run => (run.Width, run.Layers, Size: run.Id.Split('-')[^3], run.Events, run.Best().Value))
    .ToLookup(run => (run.Width, run.Layers, run.Size));
foreach (int depth in best.Select(runs => runs.Key.Layers).Distinct().Order())
{
    int[] widths = [.. best.Where(runs => runs.Key.Layers == depth).Select(runs => runs.Key.Width).Distinct().Order()];
    Console.WriteLine($"\n{depth} layers\n| events | {string.Join(" | ", widths.Select(width => $"width {width}"))} |\n|---:|{string.Concat(widths.Select(_ => "---|"))}");
    foreach (var size in best.Where(runs => runs.Key.Layers == depth).GroupBy(runs => runs.Key.Size).OrderBy(group => group.First().First().Events))
        Console.WriteLine($"| {size.Key} ({size.SelectMany(runs => runs).Average(run => run.Events):f0}) | {string.Join(" | ", widths.Select(width => Spread([.. best[(width, depth, size.Key)].Select(run => run.Value!.Value)])))} |");
}

return 0;

static string Spread(double[] values)
{
    if (values.Length == 0)
        return "–";
    double mean = values.Average(), deviation = values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    return string.Create(CultureInfo.InvariantCulture, $"{mean:f4} ± {deviation:f4} ({values.Length})");
}
