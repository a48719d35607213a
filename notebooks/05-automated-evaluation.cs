#:project ../src/MlNetSeqRec.Experiments/MlNetSeqRec.Experiments.csproj
#:property PublishAot=false
using Microsoft.Data.Analysis;
using Microsoft.ML;
using MlNetSeqRec;
using MlNetSeqRec.Data;
using MlNetSeqRec.Experiments;

// %% [markdown] # Automated evaluation
// Data in, best model out: simple rules and several models are ranked on validation data within a time. The verbs are those
// of ML.NET's AutoML. A real search takes ten minutes or more; this one has fifteen seconds.

// %% A shop
string folder = Directory.CreateTempSubdirectory("seqrec-").FullName;
AmazonLikeFiles files = AmazonLikeGenerator.Write(folder, new AmazonLikeOptions { Users = 500, Items = 160 });
var ml = new MLContext(seed: 1);
var rec = ml.SequentialRecommendation();
IDataView items = rec.Data.LoadAmazonItems(files.Items);
SequenceSplit split = rec.Data.LeaveOneOutSplit(rec.Data.LoadAmazonReviews(files.Reviews));

// %% What is tried: by default what suits the data; here three small models, so that each has a chance in the time
SequentialTransformerOptions Small(ItemEncoding encoding) => new() { ItemEncoding = encoding, Width = 32, Heads = 2, Layers = 1, PositionsPerBatch = 512, VocabularySize = 400, LearningRate = 3e-3 };

SequentialExperiment experiment = rec.CreateExperiment(new SequentialExperimentSettings
{
    MaxExperimentTimeInSeconds = 15,
    OptimizingMetric = SequentialMetric.UnseenNdcg,
    Items = items,
    TestData = split.Test,
    Candidates =
    [
        new SequentialCandidate("text", () => Small(ItemEncoding.Text)),
        new SequentialCandidate("id + text", () => Small(ItemEncoding.IdAndText)),
        new SequentialCandidate("id", () => Small(ItemEncoding.Id)),
    ],
});

// %% Run it
SequentialExperimentResult result = experiment.Execute(split.Train, split.Validation);
Console.WriteLine($"Best: {result.BestRun.TrainerName}");
foreach (string note in result.Notes)
    Console.WriteLine(note);

// %% The leaderboard: rules that need no training are in it too
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("run", result.RunDetails.Select(run => run.TrainerName)),
    new StringDataFrameColumn("kind", result.RunDetails.Select(run => run.IsBaseline ? "rule" : "model")),
    new StringDataFrameColumn("status", result.RunDetails.Select(run => run.Status.ToString())),
    new DoubleDataFrameColumn("validation NDCG@10", result.RunDetails.Select(run => run.Figure)),
    new DoubleDataFrameColumn("test NDCG@10", result.RunDetails.Select(run => run.TestMetrics?.Unseen.Ndcg(10))),
    new DoubleDataFrameColumn("seconds", result.RunDetails.Select(run => run.RuntimeInSeconds))));

// %% How the candidates learnt
var curves = new ScottPlot.Plot();
foreach (SequentialRunDetail run in result.RunDetails.Where(run => run.Epochs.Count > 0))
{
    var line = curves.Add.Scatter(run.Epochs.Select(epoch => epoch.Seconds).ToArray(), run.Epochs.Select(epoch => epoch.ValidationNdcg ?? 0).ToArray());
    line.LegendText = run.TrainerName;
}

curves.XLabel("seconds of training");
curves.YLabel("validation NDCG@10");
curves.ShowLegend(ScottPlot.Alignment.LowerRight);
Notebook.Show(curves, "candidates");

// %% The best model is a chain like any: save it, and load it anywhere
if (result.BestModelRun?.Model is { } best)
{
    string path = Path.Combine(folder, "model.zip");
    ml.Model.Save(best, split.Train.Schema, path);
    Console.WriteLine($"{result.BestModelRun.TrainerName}: {new FileInfo(path).Length / 1024:N0} KB");
}
else
    Console.WriteLine("There was no time for a model: give it more");
