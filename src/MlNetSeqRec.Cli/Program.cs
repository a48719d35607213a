using System.CommandLine;
using System.CommandLine.Parsing;
using MlNetSeqRec.Cli;

// mpirun gives ranks a pseudo-terminal, for which .NET would put control sequences before what is to be JSON.
if (Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is not null)
    Environment.SetEnvironmentVariable("TERM", "dumb");

var root = new RootCommand("Sequential recommendation from the command line: what will a shopper take next?")
{
    QuickstartCommand.Make(),
    GenerateCommand.Make(),
    PrepareCommand.Make(),
    MergeCommand.Make(),
    TrainCommand.Make(),
    PretrainCommand.Make(),
    FinetuneCommand.Make(),
    FisherCommand.Make(),
    EvaluateCommand.Make(),
    RecommendCommand.Make(),
    AutoCommand.Make(),
    ReportCommand.Make(),
    RerankCommand.Make(),
    SimilarCommand.Make(),
    ScalingCommand.Make(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    RankErrors.LetTheFirstSpeak();
    var verbs = new List<string>();
    for (SymbolResult? at = parsed.CommandResult; at is CommandResult verb && verb.Command != root; at = at.Parent)
        verbs.Insert(0, verb.Command.Name);
    Console.Error.WriteLine($"seqrec: {string.Join(' ', parsed.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))} (seqrec {string.Join(' ', verbs)} --help explains)".Replace("seqrec  --help", "seqrec --help", StringComparison.Ordinal));
    return 2;
}

// SIGTERM and Ctrl+C cancel the verb, which may have a checkpoint to write before it ends.
return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });
