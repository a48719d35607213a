using System.CommandLine;
using System.Globalization;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec prepare: raw files to interactions.parquet, items.parquet, rejected.tsv and manifest.json.</summary>
internal static class PrepareCommand
{
    public static Command Make()
    {
        var reviews = new Option<string[]>("--reviews") { Description = "Raw review files, gzip or plain, or folders of Parquet files; any part of a path may be a pattern", Required = true, AllowMultipleArgumentsPerToken = true };
        var items = new Option<string[]>("--items") { Description = "Raw files, or folders of Parquet files, with the items' titles", AllowMultipleArgumentsPerToken = true };
        var output = new Option<string>("--out") { Description = "Folder to write", Required = true };
        var format = new Option<string>("--format") { Description = "Layout of all files", DefaultValueFactory = _ => "auto" };
        format.AcceptOnlyFromAmong("auto", "amazon2014", "amazon2018", "amazon2023", "tsv", "parquet");
        var usual = new SourceColumns();
        Option<string> userColumn = Column("--user-column", "user", usual.User), itemColumn = Column("--item-column", "item", usual.Item), timeColumn = Column("--time-column", "time", usual.Time);
        Option<string> titleColumn = Column("--title-column", "title", usual.Title), brandColumn = Column("--brand-column", "brand", usual.Brand), categoriesColumn = Column("--categories-column", "categories", usual.Categories);
        Option<string[]> partitions = PartitionOption.Make();
        var minUser = new Option<int>("--min-user-events") { Description = "Users with fewer events are left out", DefaultValueFactory = _ => 5 };
        var minItem = new Option<int>("--min-item-events") { Description = "Items with fewer events are left out", DefaultValueFactory = _ => 0 };
        var exclude = new Option<string[]>("--exclude-users-of") { Description = "Data sets (folders or files) none of whose users may stay", AllowMultipleArgumentsPerToken = true };
        var broken = new Option<double>("--max-broken-lines") { Description = "Stop if more than this part of a review file's lines (0 to 1) is broken, and at least 1,000", DefaultValueFactory = _ => 0.05 };
        var sample = new Option<string?>("--sample-interactions") { Description = "About how many interactions to keep, by whole users; several numbers (100000,1000000) give a folder each, each containing the smaller ones" };
        var memory = new Option<string?>("--memory") { Description = "Memory for the whole process, such as 4GB; beyond, it works on disk" };
        var threads = new Option<int?>("--threads") { Description = "Threads; by default one a core" };
        var vocabulary = new Option<int>("--vocabulary") { Description = "Pieces of the vocabulary learnt from titles and brands, written with all items' tokens for training; 0 for none", DefaultValueFactory = _ => 8000 };
        var keep = new Option<bool>("--keep-work") { Description = "Keep finished steps in the work folder after success too, so that other settings need not repeat them" };

        return CommonOptions.Command("prepare", "Turn raw review files into a data set", (parsed, context, cancellation) =>
        {
            long[] sizes = Sizes(parsed.GetValue(sample));
            string folder = parsed.GetValue(output)!;
            var options = new PreparationOptions
            {
                Reviews = parsed.GetValue(reviews)!,
                Items = parsed.GetValue(items) ?? [],
                OutputFolder = folder,
                Format = Enum.Parse<ReviewFormat>(parsed.GetValue(format)!, ignoreCase: true),
                Columns = new()
                {
                    User = parsed.GetValue(userColumn)!,
                    Item = parsed.GetValue(itemColumn)!,
                    Time = parsed.GetValue(timeColumn)!,
                    Title = parsed.GetValue(titleColumn)!,
                    Brand = parsed.GetValue(brandColumn)!,
                    Categories = parsed.GetValue(categoriesColumn)!,
                },
                Partitions = parsed.GetValue(partitions) ?? [],
                MinUserEvents = parsed.GetValue(minUser),
                MinItemEvents = parsed.GetValue(minItem),
                ExcludeUsersOf = parsed.GetValue(exclude) ?? [],
                MostBrokenLines = parsed.GetValue(broken),
                SampleInteractions = sizes.Length == 1 ? sizes[0] : null,
                Seed = context.Seed,
                Threads = parsed.GetValue(threads),
                MemoryLimit = parsed.GetValue(memory),
                KeepWork = parsed.GetValue(keep),
                VocabularySize = parsed.GetValue(vocabulary),
            };
            if (sizes.Length < 2)
            {
                PreparationReport report = DataPreparation.Run(options, new Messages(), cancellation);
                return Tell(context, report, folder);
            }

            var samples = DataPreparation.RunSamples(options, sizes, new Messages(), cancellation);
            return new
            {
                samples = sizes.Distinct().Order().Zip(samples, (size, report) => new { size, report = Tell(context, report, Path.Combine(folder, $"{size}")) }),
            };
        }, reviews, items, output, format, userColumn, itemColumn, timeColumn, titleColumn, brandColumn, categoriesColumn, partitions, minUser, minItem, exclude, broken, sample, memory, threads, vocabulary, keep);
    }

    public static void Describe(Context context, PreparationReport report, string folder)
    {
        string time = report.UpToDate ? "up to date" : $"in {report.Seconds:f1} s, {report.PeakMemoryBytes / 1e9:f2} GB of memory at most";
        context.Say($"{folder}: {report.Users:n0} users, {report.Items:n0} items, {report.Interactions:n0} interactions {time}");
        foreach (PreparationStage stage in report.Stages)
            context.Say($"  {stage.Name}: {stage.In:n0} → {stage.Out:n0}{(stage.Why.Length > 0 ? $" (without {stage.Why})" : string.Empty)}, {stage.Seconds:f1} s");
        foreach ((string reason, long count) in report.Rejected)
            context.Say($"  left out: {count:n0} × {reason}");
        foreach (RejectedLine line in report.RejectedExamples)
            context.Say($"    {line.File}, line {line.Line}: {line.Reason}");
    }

    private static object Tell(Context context, PreparationReport report, string folder)
    {
        if (!context.Json)
            Describe(context, report, folder);
        return new
        {
            report.Users,
            report.Items,
            report.Interactions,
            report.Rejected,
            report.RejectedExamples,
            report.Stages,
            report.UpToDate,
            report.PeakMemoryBytes,
            Seconds = Math.Round(report.Seconds, 3),
        };
    }

    private static Option<string> Column(string option, string what, string name) =>
        new(option) { Description = $"What Parquet files call the {what}", DefaultValueFactory = _ => name };

    private static long[] Sizes(string? text) => text is null ? [] : [.. text.Split(',').Select(number =>
        long.TryParse(number, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long size) && size > 0
            ? size
            : throw new ArgumentException($"--sample-interactions takes whole numbers above 0, not '{number}'."))];

    private sealed class Messages : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
