using System.CommandLine;
using System.Diagnostics;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec generate: Amazon-like raw files of any size.</summary>
internal static class GenerateCommand
{
    public static Command Make()
    {
        var defaults = new AmazonLikeOptions();
        var output = new Option<string>("--out") { Description = "Folder to write", Required = true };
        var format = new Option<string>("--format") { Description = "amazon2014 (JSON reviews with histories to learn from) or amazon2018 (ratings only, for measuring prepare)", DefaultValueFactory = _ => "amazon2014" };
        format.AcceptOnlyFromAmong("amazon2014", "amazon2018");
        var interactions = new Option<long?>("--interactions") { Description = "About how many good review lines; by default users × mean events" };
        var users = new Option<int>("--users") { Description = "Users, where --interactions is not given", DefaultValueFactory = _ => defaults.Users };
        var mean = new Option<double?>("--mean-events") { Description = "Events of a user on average; by default 10 (amazon2018: 5.4, as in the real file)" };
        var items = new Option<int>("--items") { Description = "Items", DefaultValueFactory = _ => defaults.Items };
        var broken = new Option<double>("--broken-lines") { Description = "Part of review lines that are spoilt, 0 to 1" };
        var untitled = new Option<double>("--untitled") { Description = "Part of items without a usable title, 0 to 1" };
        var plain = new Option<bool>("--plain") { Description = "Do not compress" };
        var name = new Option<string>("--name") { Description = "Stands in the file names", DefaultValueFactory = _ => defaults.Name };

        return CommonOptions.Command("generate", "Make Amazon-like raw files of any size", (parsed, context, cancellation) =>
        {
            var clock = Stopwatch.StartNew();
            var layout = Enum.Parse<ReviewFormat>(parsed.GetValue(format)!, ignoreCase: true);
            double meanEvents = parsed.GetValue(mean) ?? (layout == ReviewFormat.Amazon2018 ? 5.4 : defaults.MeanEvents);
            double wantedUsers = parsed.GetValue(interactions) is { } wanted ? Math.Round(wanted / meanEvents) : parsed.GetValue(users);
            if (wantedUsers is < 1 or > int.MaxValue)
                throw new ArgumentException($"There must be 1 to {int.MaxValue} users, not {wantedUsers}.");
            AmazonLikeFiles files = AmazonLikeGenerator.Write(
                parsed.GetValue(output)!,
                new AmazonLikeOptions
                {
                    Format = layout,
                    Users = (int)wantedUsers,
                    Items = parsed.GetValue(items),
                    MeanEvents = meanEvents,
                    BrokenLineRate = parsed.GetValue(broken),
                    UntitledRate = parsed.GetValue(untitled),
                    Compress = !parsed.GetValue(plain),
                    Name = parsed.GetValue(name)!,
                    Seed = context.Seed,
                },
                cancellation);
            double seconds = Math.Round(clock.Elapsed.TotalSeconds, 3);
            if (!context.Json)
                context.Say($"{files.Reviews}, {files.Items}: {files.Interactions:n0} interactions, {files.BrokenLines:n0} broken lines in {seconds:f1} s");
            return new { files.Reviews, files.Items, files.Interactions, files.BrokenLines, seconds };
        }, output, format, interactions, users, mean, items, broken, untitled, plain, name);
    }
}
