#:project ../src/MlNetSeqRec.Experiments/MlNetSeqRec.Experiments.csproj
#:property PublishAot=false
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec;
using MlNetSeqRec.Data;
using MlNetSeqRec.Experiments;
using MlNetSeqRec.Experiments.Scaling;

// %% [markdown] # Scaling laws
// How does NDCG grow with parameters, data and compute, and what should a budget be spent on? A tiny sweep of twelve runs,
// the laws fitted to them, and a plan. Real sweeps take `seqrec scaling sweep`; the fits and plans are the same.

// %% Samples of one data set: each holds the smaller ones, and all are judged on the same held-out users and catalogue
string folder = Directory.CreateTempSubdirectory("seqrec-").FullName;
AmazonLikeFiles files = AmazonLikeGenerator.Write(folder, new AmazonLikeOptions { Users = 1300, Items = 240 });
string data = Path.Combine(folder, "data");
DataPreparation.Run(new PreparationOptions { Reviews = [files.Reviews], Items = [files.Items], OutputFolder = data, VocabularySize = 400 });
NestedSamples samples = NestedSamples.Open(data, Path.Combine(folder, "samples"), heldOutUsers: 300, seed: 1);

var ml = new MLContext(seed: 1);
var rec = ml.SequentialRecommendation();
SequenceSplit heldOut = rec.Data.LeaveOneOutSplit(rec.Data.LoadInteractions(samples.HeldOut));
IDataView items = rec.Data.LoadItems(data);

// %% Train each width on each size, and keep a record of each run
var runs = new List<RunRecord>();
foreach (long size in new long[] { 1_000, 3_000, 9_000 })
{
    string sample = samples.Get(data, size);
    IDataView train = rec.Data.LoadInteractions(sample);
    long users = train.GetColumn<string>("UserId").Distinct().LongCount();
    foreach (int width in new[] { 4, 8, 16, 32 })
    {
        var options = new SequentialTransformerOptions
        {
            Items = items,
            ValidationData = heldOut.Validation,
            ItemEncoding = ItemEncoding.Text,
            Width = width,
            Heads = 2,
            Layers = 1,
            Dropout = 0.1,
            PositionsPerBatch = 512,
            VocabularySize = 400,
            Epochs = 8,
            Patience = 8,
            LearningRate = 5e-3,
            Transitions = false,
            TextSimilarity = false,
        };
        DateTimeOffset started = DateTimeOffset.UtcNow;
        TrainingSummary summary = rec.Transforms.BuildSequences().Append(rec.Trainers.SequentialTransformer(options)).Fit(train).LastTransformer.Training;
        runs.Add(TrainedRun.Record($"w{width}-{size}", summary, options, sample, samples.HeldOut, samples.Corpus, users, started));
    }
}

Notebook.Show(new DataFrame(
    new StringDataFrameColumn("run", runs.Select(run => run.Id)),
    new Int64DataFrameColumn("parameters", runs.Select(run => run.Parameters)),
    new Int64DataFrameColumn("events", runs.Select(run => run.Events)),
    new DoubleDataFrameColumn("log10 FLOPs", runs.Select(run => Math.Log10(run.Epochs[^1].Flops))),
    new DoubleDataFrameColumn("best NDCG@10", runs.Select(run => run.Best().Value ?? 0))));

// %% Fit the laws; where the data do not fix a law's coefficients, it says so
ScalingStudy study = ScalingStudy.Of(runs, new StudyOptions { Resamplings = 20 });
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("fit", study.Fits.Select(fit => fit.Name)),
    new Int32DataFrameColumn("points", study.Fits.Select(fit => fit.Fit.N)),
    new DoubleDataFrameColumn("R²", study.Fits.Select(fit => fit.Fit.R2)),
    new StringDataFrameColumn("coefficients", study.Fits.Select(fit => string.Join(", ", fit.Fit.Coefficients.Select(c => c.ToString("g3"))))),
    new StringDataFrameColumn("fixed by the data", study.Fits.Select(fit => fit.Fit.IsIdentifiable ? "yes" : "no"))));

// %% Each run over its FLOPs, and the curve that no run passes
var plot = new ScottPlot.Plot();
foreach (IGrouping<int, RunRecord> byWidth in runs.GroupBy(run => run.Width))
{
    ScottPlot.Color color = new ScottPlot.Palettes.Category10().GetColor((int)Math.Log2(byWidth.Key) - 2);
    foreach (RunRecord run in byWidth)
    {
        var line = plot.Add.ScatterLine(run.Epochs.Select(epoch => Math.Log10(epoch.Flops)).ToArray(), run.Epochs.Select(epoch => epoch.Value ?? 0).ToArray());
        (line.Color, line.LineWidth) = (color, 1);
        line.LegendText = run == byWidth.First() ? $"width {byWidth.Key}" : "";
    }
}

LawFit frontier = study["frontier_grid"].Fit;
double least = runs.Min(run => run.Epochs[0].Flops), most = runs.Max(run => run.Epochs[^1].Flops);
double[] places = [.. Enumerable.Range(0, 100).Select(i => Math.Log(least) + (Math.Log(most / least) * i / 99))];
var curve = plot.Add.ScatterLine(places.Select(x => x / Math.Log(10)).ToArray(), places.Select(x => frontier.Predict(x)).ToArray());
(curve.Color, curve.LineWidth, curve.LegendText) = (ScottPlot.Colors.Black, 3, "frontier, fitted");
plot.XLabel("log10 training FLOPs");
plot.YLabel("validation NDCG@10");
plot.ShowLegend(ScottPlot.Alignment.UpperLeft);
Notebook.Show(plot, "frontier");

// %% What should the largest run's budget be spent on?
Plan plan = Planner.Make(runs, new PlanOptions { Budget = most, MayExtrapolate = true, Resamplings = 20 });
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("", ["width", "layers", "events", "epochs", "NDCG@10 expected"]),
    new DoubleDataFrameColumn("plan", [plan.Width ?? 0, plan.Layers ?? 0, plan.Events, plan.Epochs, plan.Predicted])));
foreach (string note in plan.Notes.Concat(plan.Extrapolates))
    Console.WriteLine(note);
