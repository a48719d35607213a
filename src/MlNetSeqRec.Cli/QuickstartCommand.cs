using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.Data;
using MlNetSeqRec.Data;
using MlNetSeqRec.Experiments;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec quickstart: the whole way on a generated data set, with nothing to download.</summary>
internal static class QuickstartCommand
{
    public static Command Make()
    {
        var output = new Option<string>("--out") { Description = "Folder to write", DefaultValueFactory = _ => "quickstart" };
        return CommonOptions.Command("quickstart", "Make a small data set, train on it, and show what comes out", (parsed, context, cancellation) =>
        {
            string folder = parsed.GetValue(output)!;
            return Run(context, folder, cancellation);
        }, output);
    }

    private static object Run(Context context, string folder, CancellationToken cancellation)
    {
        string data = Path.Combine(folder, "data");
        string model = Path.Combine(folder, "model.zip");
        string report = Path.Combine(folder, "report.html");
        ModelFile.CheckWritable(model);
        var seconds = new Dictionary<string, double>();

        context.Say("1. Making a small shop's reviews in Amazon's 2014 layout …");
        AmazonLikeFiles raw = Timed("generate", () => AmazonLikeGenerator.Write(Path.Combine(folder, "raw"), new AmazonLikeOptions { Seed = context.Seed }, cancellation));

        context.Say("2. Turning them into a data set …");
        PreparationReport prepared = Timed("ingest", () => DataPreparation.Run(
            new PreparationOptions { Reviews = [raw.Reviews], Items = [raw.Items], OutputFolder = data, Seed = context.Seed }, null, cancellation));
        PrepareCommand.Describe(context, prepared, data);

        context.Say("3. Training a transformer on each user's history without the last two items …");
        TrainingSummary summary = Timed("train", () => TrainCommand.Run(context, data, model, Recipe(cancellation)));
        TrainingOutput.Describe(context, summary, model);

        context.Say("4. Asking for the last item of each user, which it has never seen there …");
        Evaluated evaluated = Evaluated.Open(context, model, data, coldItems: 0);
        (SequentialRecommendationTransformer trained, SequenceSplit split) = (evaluated.Model, evaluated.Split);
        ModelComparison comparison = Timed("evaluate", () => ModelComparison.Run(
            context.Recommendation, trained, split.Train, split.Test, [5, 10, 20], seed: context.Seed, cancellation: cancellation));
        Dictionary<string, object> figures = EvaluateCommand.Describe(context, comparison);
        ReportCommand.Write(context, report, data, evaluated, comparison, shoppers: 100);

        string[] history = split.Test.GetColumn<string[]>("History").First();
        context.Say($"5. What comes next for the first shopper, who last had {string.Join(" | ", history.TakeLast(3).Select(id => trained.Catalogue.TextOf(trained.Catalogue.IndexOf(id)).Title))}:");
        object next = RecommendCommand.Run(context, trained, history, 5);
        context.Say($"Written: {model} (load it with mlContext.Model.Load), {report}, {data}");
        return new
        {
            model = figures,
            popularity = Json.Baseline(comparison.Popularity),
            itemToItem = Json.Baseline(comparison.ItemToItem),
            recommendations = next,
            files = new { model, report, data },
            seconds,
        };

        T Timed<T>(string name, Func<T> work)
        {
            var clock = Stopwatch.StartNew();
            T result = work();
            seconds[name] = Math.Round(clock.Elapsed.TotalSeconds, 3);
            return result;
        }
    }

    // Small enough for a minute on two cores.
    private static SequentialTransformerOptions Recipe(CancellationToken cancellation) => new()
    {
        Width = 64,
        Dropout = 0.3,
        PositionsPerBatch = 2048,
        VocabularySize = 1000,
        Epochs = 60,
        Patience = 8,
        CancellationToken = cancellation,
    };
}
