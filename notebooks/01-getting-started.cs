#:project ../src/MlNetSeqRec.Experiments/MlNetSeqRec.Experiments.csproj
#:property PublishAot=false
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec;
using MlNetSeqRec.Data;
using MlNetSeqRec.Experiments;

// %% [markdown] # Getting started
// A small shop's reviews, a model, how good it is, and what a shopper may take next. Everything is generated: there is
// nothing to download, and no GPU is needed.

// %% Reviews in the layout of Amazon's files (use your own here)
string folder = Directory.CreateTempSubdirectory("seqrec-").FullName;
AmazonLikeFiles files = AmazonLikeGenerator.Write(folder, new AmazonLikeOptions { Users = 600, Items = 200 });
var ml = new MLContext(seed: 1);
var rec = ml.SequentialRecommendation();
IDataView reviews = rec.Data.LoadAmazonReviews(files.Reviews);
IDataView items = rec.Data.LoadAmazonItems(files.Items);
Notebook.Show(rec.Data.ToDataFrame(reviews), rows: 5);
Notebook.Show(rec.Data.ToDataFrame(items), rows: 5);

// %% Hold out each shopper's last two events, one to choose the best epoch by and one to test with
SequenceSplit split = rec.Data.LeaveOneOutSplit(reviews);
var pipeline = rec.Transforms.BuildSequences()
    .Append(rec.Trainers.SequentialTransformer(new SequentialTransformerOptions
    {
        Items = items,
        ValidationData = split.Validation,
        Width = 32,
        Dropout = 0.2,
        PositionsPerBatch = 512,
        VocabularySize = 500,
        Epochs = 12,
    }));

// %% Train
var model = pipeline.Fit(split.Train);
TrainingSummary training = model.LastTransformer.Training;
Console.WriteLine($"{training.Parameters:N0} parameters, {training.Epochs} epochs, the best is {training.BestEpoch}");

var curve = new ScottPlot.Plot();
curve.Add.Scatter(training.History.Select(epoch => (double)epoch.Epoch).ToArray(), training.History.Select(epoch => epoch.ValidationNdcg ?? 0).ToArray());
curve.XLabel("epoch");
curve.YLabel("validation NDCG@10");
Notebook.Show(curve, "training");

// %% How good is it, and what would counting have given?
var compared = new (string Name, SequentialRankingMetrics Metrics)[]
{
    ("model", rec.Evaluate(model, split.Test)),
    ("item to item", rec.EvaluateBaseline(SequentialBaseline.ItemToItem, model, split.Train, split.Test)),
    ("popularity", rec.EvaluateBaseline(SequentialBaseline.Popularity, model, split.Train, split.Test)),
};
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("ranked by", compared.Select(c => c.Name)),
    new DoubleDataFrameColumn("HR@10", compared.Select(c => c.Metrics.Unseen.HitRate(10))),
    new DoubleDataFrameColumn("NDCG@10", compared.Select(c => c.Metrics.Unseen.Ndcg(10))),
    new DoubleDataFrameColumn("MRR", compared.Select(c => c.Metrics.Unseen.MeanReciprocalRank))));

// %% What comes next for one shopper?
string[] history = split.Test.GetColumn<string[]>("History").First();
string[] next = model.Transform(ml.Data.TakeRows(split.Test, 1)).GetColumn<string[]>("RecommendedItems").First();
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("", history.TakeLast(3).Select(_ => "had").Concat(next.Take(5).Select(_ => "next"))),
    new StringDataFrameColumn("title", history.TakeLast(3).Concat(next.Take(5)).Select(Title))));

string Title(string id) => model.LastTransformer.Catalogue.TextOf(model.LastTransformer.Catalogue.IndexOf(id)).Title;

// %% Save it, load it as any program does, and ask for a shopper whom training never saw
string path = Path.Combine(folder, "model.zip");
ml.Model.Save(model, reviews.Schema, path);
var engine = ml.Model.CreatePredictionEngine<Shopper, Recommendation>(ml.Model.Load(path, out _));
Recommendation recommendation = engine.Predict(new Shopper { History = [next[0], next[1]] });
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("item", recommendation.RecommendedItems),
    new StringDataFrameColumn("title", recommendation.RecommendedItems.Select(Title)),
    new SingleDataFrameColumn("score", recommendation.Score)));

// %% [types] The columns that go in and come out, as classes
public sealed class Shopper
{
    public string[] History { get; set; } = [];
}

public sealed class Recommendation
{
    public string[] RecommendedItems { get; set; } = [];

    public float[] Score { get; set; } = [];
}
