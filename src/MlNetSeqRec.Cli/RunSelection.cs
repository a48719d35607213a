using System.CommandLine;
using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Cli;

/// <summary>The options by which scaling verbs choose their runs.</summary>
internal sealed class RunSelection
{
    private readonly Option<string[]> _runs = new("--runs") { Description = "Run stores (folders), or .parquet, MLflow .sqlite, or .csv files as of the published series", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _without = new("--without") { Description = "Ids of runs to leave out", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _corpus = new("--corpus") { Description = "Only runs on samples of this corpus" };
    private readonly Option<string?> _metric = new("--metric") { Description = "Only runs with this metric" };

    public Option[] Options => [_runs, _without, _corpus, _metric];

    public IReadOnlyList<RunRecord> Read(ParseResult parsed)
    {
        string[] without = parsed.GetValue(_without) ?? [], paths = parsed.GetValue(_runs)!;
        List<RunRecord> runs = [.. paths.SelectMany(RunFiles.Read)];
        if (without.FirstOrDefault(id => runs.All(run => run.Id != id)) is { } unknown)
            throw new ArgumentException($"--without names a run {unknown}, which is not among the {runs.Count}");
        string? corpus = parsed.GetValue(_corpus), metric = parsed.GetValue(_metric);
        runs.RemoveAll(run => without.Contains(run.Id) || (corpus is not null && run.Corpus != corpus) || (metric is not null && run.Metric != metric));
        return runs.Count > 0 ? runs : throw new InvalidDataException($"No run of {string.Join(", ", paths)} is left: check --without, --corpus and --metric");
    }
}
