// dotnet run -c Release --project benchmarks/MlNetSeqRec.Benchmarks -- --filter '*'
using BenchmarkDotNet.Running;
using MlNetSeqRec.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(PredictionBenchmark).Assembly).Run(args);
