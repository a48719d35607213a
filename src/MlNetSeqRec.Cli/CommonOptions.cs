using System.CommandLine;

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
        var context = new Context(new Microsoft.ML.MLContext(parsed.GetValue(_seed)), parsed.GetValue(_seed), parsed.GetValue(_device)!, parsed.GetValue(_json));
        try
        {
            object result = run(parsed, context, cancellation);
            if (context.Json)
                Console.Out.WriteLine(Json.Write(result));
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("seqrec: stopped");
            return 130;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or InvalidOperationException or UnauthorizedAccessException
            or DllNotFoundException or FormatException or NotSupportedException or System.Data.Common.DbException)
        {
            Console.Error.WriteLine($"seqrec: {Innermost(e).Message.ReplaceLineEndings(" ")}");
            return 2;
        }
    }

    // ML.NET wraps what a component says while it is loaded.
    private static Exception Innermost(Exception e) => e is System.Reflection.TargetInvocationException or { InnerException: InvalidDataException or DllNotFoundException } && e.InnerException is { } inner ? Innermost(inner) : e;
}

/// <summary>What a verb needs of the common options.</summary>
internal sealed record Context(Microsoft.ML.MLContext Ml, int Seed, string Device, bool Json)
{
    public SequentialRecommendationCatalog Recommendation => Ml.SequentialRecommendation();

    /// <summary>Says something to people: on standard output, or on standard error where that is for JSON.</summary>
    public void Say(string line) => (Json ? Console.Error : Console.Out).WriteLine(line);
}
