#!/usr/bin/env dotnet
// The table of what scripts like transfer.sh left: for each NAME.json of `seqrec evaluate` in FOLDER/seed*/ the test figures, mean ±
// standard deviation over seeds. NAME.on.DOMAIN are shown as one row NAME, their mean over domains.
using System.Globalization;
using System.Text.Json;

if (args.Length != 1 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("usage: dotnet run table.cs -- FOLDER (with seed1, seed2, …)");
    return 2;
}

var runs = new SortedDictionary<string, Dictionary<string, List<double[]>>>(StringComparer.Ordinal); // name → seed → figures
foreach (string file in Directory.GetFiles(args[0], "*.json", SearchOption.AllDirectories))
{
    using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
    if (!json.RootElement.TryGetProperty("unseen", out JsonElement unseen))
        continue; // of another verb
    JsonElement all = json.RootElement.GetProperty("all");
    string name = Path.GetFileNameWithoutExtension(file), seed = Path.GetFileName(Path.GetDirectoryName(file))!;
    int at = name.IndexOf(".on.", StringComparison.Ordinal);
    name = at < 0 ? name : name[..at] + " on the pre-training domains";
    if (!runs.TryGetValue(name, out var seeds))
        runs[name] = seeds = [];
    if (!seeds.TryGetValue(seed, out var figures))
        seeds[seed] = figures = [];
    figures.Add([Of(all, "hr@10"), Of(all, "ndcg@10"), Of(unseen, "hr@10"), Of(unseen, "ndcg@10")]);
}

Console.WriteLine("| run | seeds | `all` HR@10 | `all` NDCG@10 | `unseen` HR@10 | `unseen` NDCG@10 |\n|---|---:|---|---|---|---|");
foreach ((string name, var seeds) in runs)
{
    double[][] means = [.. seeds.Values.Select(figures => Enumerable.Range(0, 4).Select(i => figures.Average(own => own[i])).ToArray())];
    Console.WriteLine($"| {name} | {means.Length} | {string.Join(" | ", Enumerable.Range(0, 4).Select(i => Spread([.. means.Select(own => own[i])])))} |");
}

return 0;

static double Of(JsonElement part, string name) => part.GetProperty(name).GetDouble();

static string Spread(double[] values)
{
    double mean = values.Average(), deviation = values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    return string.Create(CultureInfo.InvariantCulture, $"{mean:f4} ± {deviation:f4}");
}
