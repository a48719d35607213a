using System.CommandLine;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec prepare: raw files to interactions.parquet, items.parquet and manifest.json.</summary>
internal static class PrepareCommand
{
    public static Command Make()
    {
        var reviews = new Option<string[]>("--reviews") { Description = "Raw review files, gzip or plain; the last part of a path may be a pattern", Required = true, AllowMultipleArgumentsPerToken = true };
        var items = new Option<string[]>("--items") { Description = "Raw files with the items' titles", AllowMultipleArgumentsPerToken = true };
        var output = new Option<string>("--out") { Description = "Folder to write", Required = true };
        var format = new Option<string>("--format") { Description = "Layout of the review files", DefaultValueFactory = _ => "auto" };
        format.AcceptOnlyFromAmong("auto", "amazon2014", "amazon2018", "amazon2023", "tsv");
        var minUser = new Option<int>("--min-user-events") { Description = "Users with fewer events are left out", DefaultValueFactory = _ => 5 };
        var minItem = new Option<int>("--min-item-events") { Description = "Items with fewer events are left out", DefaultValueFactory = _ => 0 };
        var sample = new Option<long?>("--sample-interactions") { Description = "About how many interactions to keep, by whole users" };

        return CommonOptions.Command("prepare", "Turn raw review files into a data set", (parsed, context, cancellation) =>
        {
            PreparationReport report = DataPreparation.Run(
                new PreparationOptions
                {
                    Reviews = parsed.GetValue(reviews)!,
                    Items = parsed.GetValue(items) ?? [],
                    OutputFolder = parsed.GetValue(output)!,
                    Format = Enum.Parse<ReviewFormat>(parsed.GetValue(format)!, ignoreCase: true),
                    MinUserEvents = parsed.GetValue(minUser),
                    MinItemEvents = parsed.GetValue(minItem),
                    SampleInteractions = parsed.GetValue(sample),
                    Seed = context.Seed,
                },
                new Messages(),
                cancellation);
            if (!context.Json)
                Describe(context, report, parsed.GetValue(output)!);
            return new { report.Users, report.Items, report.Interactions, report.Rejected, report.RejectedExamples, Seconds = Math.Round(report.Seconds, 3) };
        }, reviews, items, output, format, minUser, minItem, sample);
    }

    public static void Describe(Context context, PreparationReport report, string folder)
    {
        context.Say($"{folder}: {report.Users:n0} users, {report.Items:n0} items, {report.Interactions:n0} interactions in {report.Seconds:f1} s");
        foreach ((string reason, long count) in report.Rejected)
            context.Say($"  left out: {count:n0} × {reason}");
        foreach (RejectedLine line in report.RejectedExamples)
            context.Say($"    {line.File}, line {line.Line}: {line.Reason}");
    }

    private sealed class Messages : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
