using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MlNetSeqRec.Data;
using MlNetSeqRec.Experiments;
using MlNetSeqRec.Experiments.Reports;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec auto: a data set to the best model, a leaderboard, a report and code that uses the model.</summary>
internal static class AutoCommand
{
    // Kept of the time for writing what comes out: some seconds, and a share for data that take longer to profile.
    private const double WritingSeconds = 1;
    private const double WritingShare = 0.01;
    private const int MostShoppers = 100;

    public static Command Make()
    {
        var data = new Option<string>("--data") { Description = "Folder that prepare wrote, or one with interactions and items as train takes it", Required = true };
        var time = new Option<double>("--train-time") { Description = "Most seconds for everything, from the start of the program to its end", DefaultValueFactory = _ => 600 };
        var output = new Option<string>("--out") { Description = "Folder for model.zip, leaderboard.json, report.html, Consumption.cs and its project; the same command goes on where it was stopped or killed", Required = true };
        var pretrained = new Option<string?>("--pretrained") { Description = "A pre-trained model.zip of text: fine-tuning it is tried too" };
        var metric = new Option<SequentialMetric>("--metric") { Description = "What decides, on the validation data: UnseenNdcg, UnseenHitRate, UnseenMeanReciprocalRank, Ndcg, HitRate or MeanReciprocalRank, at 10", DefaultValueFactory = _ => SequentialMetric.UnseenNdcg };

        return CommonOptions.Command("auto", "Try what suits the data within a time, and keep the best", (parsed, context, cancellation) =>
        {
            double limit = parsed.GetValue(time);
            if (!(limit >= 1) || limit > uint.MaxValue)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--train-time is {limit}; at least 1 second was expected"));
            string folder = parsed.GetValue(output)!;
            ModelFile.CheckWritable(Path.Combine(folder, "model.zip"));
            ITransformer? model = parsed.GetValue(pretrained) is { } path ? ModelFile.Load(context.Ml, path).Chain : null;
            return Run(context, parsed.GetValue(data)!, folder, limit, parsed.GetValue(metric), model, cancellation);
        }, data, time, output, pretrained, metric);
    }

    private static object Run(Context context, string data, string folder, double limit, SequentialMetric metric, ITransformer? pretrained, CancellationToken cancellation)
    {
        SequentialDataCatalog load = context.Recommendation.Data;
        IDataView interactions = load.LoadInteractions(data);
        SequenceSplit split = load.LeaveOneOutSplit(interactions);
        double started = (DateTime.UtcNow - Process.GetCurrentProcess().StartTime.ToUniversalTime()).TotalSeconds;
        SequentialExperimentResult result = ProgressDisplay.Run(progress => context.Recommendation.CreateExperiment(new SequentialExperimentSettings
        {
            MaxExperimentTimeInSeconds = (uint)Math.Max(1, limit - started - WritingSeconds - (WritingShare * limit)),
            OptimizingMetric = metric,
            CacheDirectory = Path.Combine(folder, "experiment"),
            CancellationToken = cancellation,
            Items = load.LoadItems(data),
            Tokenizer = load.LoadTokenizer(data),
            PretrainedModel = pretrained,
            TestData = split.Test,
            Seed = context.Seed,
            Device = context.Device,
            TrainingProgress = new Training(progress),
        }).Execute(split.Train, split.Validation, new Runs()));

        string modelPath = Path.Combine(folder, "model.zip"), leaderboardPath = Path.Combine(folder, "leaderboard.json"), report = Path.Combine(folder, "report.html");
        Leaderboard leaderboard = Leaderboard.Of(result, limit);
        leaderboard.Write(leaderboardPath);
        if (result.BestModelRun is { } best)
        {
            BuildSequencesTransformer histories = context.Recommendation.Transforms.BuildSequences().Fit(split.Train);
            ModelFile.Save(context.Ml, best.Model!, histories.GetOutputSchema(split.Train.Schema), modelPath);
            ConsumptionCode.Write(folder);
        }

        ExperimentReport.Write(report, ExperimentContent.Make(
            context.Ml, result, interactions, split.Test, MostShoppers, context.Seed, [new ReportFact("Data", data), new ReportFact("Split", "leave-one-out")]));
        Describe(context, leaderboard, folder);
        return new { leaderboard, files = new { model = result.BestModelRun is null ? null : modelPath, leaderboard = leaderboardPath, report } };
    }

    private static void Describe(Context context, Leaderboard leaderboard, string folder)
    {
        context.Say($"{string.Empty,-40}{"validation",12}{"test",10}{"seconds",10}");
        foreach (LeaderboardRun run in leaderboard.Runs)
        {
            double? shown = run.Value ?? run.BestEpochNdcg, test = run.Test?["unseen ndcg@10"];
            context.Say(string.Create(CultureInfo.InvariantCulture, $"{run.Name,-40}{shown,12:f4}{test,10:f4}{run.Seconds,10:f1}  {(run.Status == "finished" ? string.Empty : run.Status)}"));
        }

        context.Say($"validation: {leaderboard.Metric}, by which runs are chosen; of stopped runs the best epoch's NDCG@10, without transitions; test: unseen NDCG@10");
        foreach (string note in leaderboard.Notes)
            context.Say($"note: {note}");
        context.Say(leaderboard.BestModel is null
            ? $"No model fitted in the time; {folder} has leaderboard.json and report.html"
            : string.Create(CultureInfo.InvariantCulture, $"{folder}: model.zip is {leaderboard.BestModel}; {leaderboard.Seconds:f0} s; Consumption.cs shows how to use it; experiment/ lets a longer run go on and can be removed"));
    }

    private sealed class Training(IProgress<TrainingProgress> progress) : IProgress<(string TrainerName, TrainingProgress Progress)>
    {
        private string? _last;

        public void Report((string TrainerName, TrainingProgress Progress) value)
        {
            progress.Report(value.TrainerName == _last ? value.Progress : value.Progress with { Note = $"training {value.TrainerName}" });
            _last = value.TrainerName;
        }
    }

    private sealed class Runs : IProgress<SequentialRunDetail>
    {
        public void Report(SequentialRunDetail value) => Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{value.TrainerName}: {(value.Exception is { } failed ? $"failed: {failed.Message}" : $"{value.Figure:f4}")}, {value.RuntimeInSeconds:f1} s"));
    }
}
