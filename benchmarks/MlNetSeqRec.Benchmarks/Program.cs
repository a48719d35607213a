// dotnet run -c Release --project benchmarks/MlNetSeqRec.Benchmarks -- --filter '*'            BenchmarkDotNet
// dotnet run -c Release --project benchmarks/MlNetSeqRec.Benchmarks -- validation --device cpu    one of the verbs below
using BenchmarkDotNet.Running;
using MlNetSeqRec.Benchmarks;

switch (args.FirstOrDefault())
{
    case "parts":
        PartsRun.Start(new Arguments(args[1..]));
        break;
    case "prediction":
        PredictionRun.Start(new Arguments(args[1..]));
        break;
    case "reduce":
        ReduceRun.Start(new Arguments(args[1..]));
        break;
    case "scoring":
        ScoringRun.Start(new Arguments(args[1..]));
        break;
    case "sequences":
        SequencesRun.Start(new Arguments(args[1..]));
        break;
    case "step":
        StepRun.Start(new Arguments(args[1..]));
        break;
    case "validation":
        ValidationRun.Start(new Arguments(args[1..]));
        break;
    case "vocabulary":
        VocabularyRun.Start(new Arguments(args[1..]));
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(PredictionBenchmark).Assembly).Run(args);
        break;
}
