using System.CommandLine;
using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec scaling import: runs from elsewhere into a run store.</summary>
internal static class ScalingImportCommand
{
    public static Command Make()
    {
        var from = new Option<string>("--from") { Description = "An MLflow SQLite file, the published series as CSV, or another run store", Required = true };
        var store = new Option<string>("--runs") { Description = "The run store to add to", Required = true };
        return CommonOptions.Command("import", "Add runs from elsewhere to a run store", (parsed, context, _) =>
        {
            IReadOnlyList<RunRecord> runs = RunFiles.Read(parsed.GetValue(from)!);
            var into = new RunStore(parsed.GetValue(store)!);
            foreach (RunRecord run in runs)
                into.Append(run);
            if (!context.Json)
                context.Say($"{parsed.GetValue(store)}: {runs.Count} runs from {parsed.GetValue(from)}");
            return new { runs = runs.Count, store = parsed.GetValue(store) };
        }, from, store);
    }
}
