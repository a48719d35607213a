using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>The options by which recommend serves every user of a data set.</summary>
internal sealed partial class EverybodyArguments
{
    private readonly Option<bool> _all = new("--all") { Description = "Recommend for every user of --data, as Parquet in parts; what is there already is not written again" };
    private readonly Option<string?> _data = new("--data") { Description = "With --all: the folder with the users' histories" };
    private readonly Option<string?> _output = new("--out") { Description = "With --all: the folder to write" };
    private readonly Option<string?> _shard = new("--shard") { Description = "With --all: I/N writes only each N-th part, from the I-th on (1/N to N/N), so that N machines share the work; all N together give the files of one call without it" };
    private readonly Option<int?> _parts = new("--parts") { Description = "With --all: files for all users together, the same for all shards; by default one for each million interactions" };
    private readonly Option<string[]> _partitions = PartitionOption.Make();

    public Option[] Options => [_all, _data, _output, _shard, _parts, _partitions];

    /// <summary>Whether --all is given. Checks its options, before a model is loaded; without it they are an error.</summary>
    public bool IsAsked(ParseResult parsed)
    {
        bool all = parsed.GetValue(_all);
        foreach (Option option in Options)
        {
            bool needed = option == _data || option == _output, given = parsed.GetResult(option) is { Implicit: false };
            if (given && !all)
                throw new ArgumentException($"{option.Name} goes with --all");
            if (all && needed && !given)
                throw new ArgumentException($"--all needs {option.Name}");
        }

        Shard(parsed.GetValue(_shard));
        if (parsed.GetValue(_parts) is { } parts and < 1)
            throw new ArgumentException($"--parts is {parts}; at least 1 was expected");
        return all;
    }

    public object Run(ParseResult parsed, Context context, ITransformer model, CancellationToken cancellation)
    {
        string folder = parsed.GetValue(_output)!;
        (int shard, int shards) = Shard(parsed.GetValue(_shard));
        var options = new BulkRecommendationOptions { Parts = parsed.GetValue(_parts), Shard = shard, Shards = shards, Partitions = parsed.GetValue(_partitions) ?? [] };
        BulkRecommendationReport done = BulkRecommendation.Run(model, parsed.GetValue(_data)!, folder, options, new Messages(), cancellation);
        double perSecond = done.WriteSeconds > 0 ? done.Users / done.WriteSeconds : 0;
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{folder}: {done.PartsOfShard - done.AlreadyThere} of {done.PartsOfShard} parts written, {done.Users:n0} users, {done.Rows:n0} rows; {done.ReadSeconds:f1} s to read, {done.WriteSeconds:f1} s to score and write ({perSecond:n0} users/s)"));
        context.Say(done.IsComplete ? $"All {done.Parts} parts are there" : $"The folder has not all {done.Parts} parts: the other shards write them");
        return new
        {
            output = folder,
            done.Parts,
            done.PartsOfShard,
            done.AlreadyThere,
            done.Users,
            done.Rows,
            complete = done.IsComplete,
            seconds = new { read = Math.Round(done.ReadSeconds, 3), write = Math.Round(done.WriteSeconds, 3) },
            usersPerSecond = Math.Round(perSecond, 1),
        };
    }

    private static (int Shard, int Shards) Shard(string? text)
    {
        if (text is null)
            return (1, 1);
        Match found = Division().Match(text);
        if (!found.Success || !int.TryParse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out int shard) || !int.TryParse(found.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out int shards))
            throw new ArgumentException($"--shard is '{text}'; I/N was expected, 1/4 for example");
        if (shards < 1)
            throw new ArgumentException($"--shard is {text}; there must be at least 1 shard");
        if (shard < 1 || shard > shards)
            throw new ArgumentException($"--shard is {text}; 1/{shards} to {shards}/{shards} were expected");
        return (shard, shards);
    }

    [GeneratedRegex(@"^(-?\d+)/(-?\d+)$")]
    private static partial Regex Division();

    private sealed class Messages : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
