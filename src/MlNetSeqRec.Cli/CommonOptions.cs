using System.CommandLine;
using Microsoft.ML;

namespace MlNetSeqRec.Cli;

/// <summary>The options that every verb takes, and running a verb so that each error is one line and exit code 2.</summary>
internal sealed class CommonOptions
{
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object on standard output and nothing else there" };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of everything random", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _device = new("--device") { Description = "auto, cpu, cuda or cuda:N", DefaultValueFactory = _ => "auto" };

    /// <summary>Adds the options to the verb, and what it does.</summary>
    public static Command Command(string name, string description, Func<ParseResult, Context, CancellationToken, object> run, params Option[] options)
    {
        var common = new CommonOptions();
        var command = new Command(name, description);
        foreach (Option option in options)
            command.Options.Add(option);
        command.Options.Add(common._json);
        command.Options.Add(common._seed);
        command.Options.Add(common._device);
        command.SetAction((parsed, cancellation) => Task.FromResult(common.Run(parsed, run, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, Func<ParseResult, Context, CancellationToken, object> run, CancellationToken cancellation)
    {
        var context = new Context(new MLContext(parsed.GetValue(_seed)), parsed.GetValue(_seed), parsed.GetValue(_device)!, parsed.GetValue(_json));
        try
        {
            context.Ml.UseDevice(context.Device);
            object result = run(parsed, context, cancellation);
            if (context.Json && context.IsFirstRank)
                Console.Out.WriteLine(Json.Write(result));
            context.Group?.Dispose();
            return 0;
        }
        catch (OperationCanceledException)
        {
            if (context.IsFirstRank)
                Console.Error.WriteLine("seqrec: stopped");
            context.Group?.Dispose(); // ranks stop at the same step
            return 130;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or InvalidOperationException or UnauthorizedAccessException
            or DllNotFoundException or FormatException or NotSupportedException or System.Data.Common.DbException)
        {
            RankErrors.Say(context.Group, Innermost(e).Message.ReplaceLineEndings(" "));
            context.Group?.Abort(2);
            return 2;
        }
    }

    // ML.NET wraps what a component says while it is loaded.
    private static Exception Innermost(Exception e) => e is System.Reflection.TargetInvocationException or { InnerException: InvalidDataException or DllNotFoundException } && e.InnerException is { } inner ? Innermost(inner) : e;
}

/// <summary>What a verb needs of the common options.</summary>
internal sealed record Context(MLContext Ml, int Seed, string Device, bool Json)
{
    public SequentialRecommendationCatalog Recommendation => Ml.SequentialRecommendation();

    /// <summary>The ranks that do the verb together; null where the process is by itself.</summary>
    public ProcessGroup? Group { get; private set; }

    /// <summary>Whether this process writes and prints.</summary>
    public bool IsFirstRank => Group is null or { IsFirst: true };

    /// <summary>Joins the other ranks, where mpirun or srun started several.</summary>
    public ProcessGroup? Join() => Group = ProcessGroup.JoinIfStarted();

    /// <summary>Says something to people: on standard output, or on standard error where that is for JSON. Of several ranks the first does.</summary>
    public void Say(string line)
    {
        if (IsFirstRank)
            (Json ? Console.Error : Console.Out).WriteLine(line);
    }
}
