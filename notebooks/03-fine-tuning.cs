#:project ../src/MlNetSeqRec.Experiments/MlNetSeqRec.Experiments.csproj
#:property PublishAot=false
using Microsoft.Data.Analysis;
using Microsoft.ML;
using MlNetSeqRec;
using MlNetSeqRec.Data;
using MlNetSeqRec.Experiments;

// %% [markdown] # Fine-tuning
// A model that knows items by their text can learn from several shops and go on to another, whose items and shoppers it has
// never seen. Here two shops with many shoppers are trained on together, and a third has few: is it better off with a model
// of its own, with the others' as it is, or with the others' trained further?

// %% Three shops that sell different things
string folder = Directory.CreateTempSubdirectory("seqrec-").FullName;
var ml = new MLContext(seed: 1);
var rec = ml.SequentialRecommendation();

(IDataView Items, SequenceSplit Split) Open(string name, int users, int items, int seed)
{
    AmazonLikeFiles files = AmazonLikeGenerator.Write(Path.Combine(folder, name), new AmazonLikeOptions { Name = name, Users = users, Items = items, Seed = seed });
    return (rec.Data.LoadAmazonItems(files.Items), rec.Data.LeaveOneOutSplit(rec.Data.LoadAmazonReviews(files.Reviews)));
}

var first = Open("first", users: 700, items: 240, seed: 1);
var second = Open("second", users: 700, items: 360, seed: 2);
var small = Open("small", users: 120, items: 300, seed: 3);

SequentialTransformerOptions Training(int epochs, double rate) => new()
{
    ItemEncoding = ItemEncoding.Text,
    Width = 32,
    Dropout = 0.1,
    PositionsPerBatch = 512,
    VocabularySize = 500,
    Epochs = epochs,
    Patience = epochs,
    LearningRate = rate,
    Transitions = false,
    TextSimilarity = false,
};

// %% Pre-train on the two large ones: each batch is of one shop, whose items compete among themselves
SequentialRecommendationTransformer pretrained = rec.Trainers.PreTrain(
    [
        new PreTrainingDomain { Name = "first", Train = first.Split.Train, Items = first.Items, Validation = first.Split.Validation },
        new PreTrainingDomain { Name = "second", Train = second.Split.Train, Items = second.Items, Validation = second.Split.Validation },
    ],
    new PreTrainingOptions { Training = Training(10, 3e-3) });
var curves = new ScottPlot.Plot();
foreach (string domain in new[] { "first", "second" })
{
    var line = curves.Add.Scatter(
        pretrained.Training.History.Select(epoch => (double)epoch.Epoch).ToArray(),
        pretrained.Training.History.Select(epoch => epoch.DomainNdcg?[domain] ?? 0).ToArray());
    line.LegendText = domain;
}

curves.XLabel("epoch");
curves.YLabel("validation NDCG@10");
curves.ShowLegend();
Notebook.Show(curves, "pre-training");

// %% The small shop, three ways
SequentialRecommendationTransformer FineTuned(FineTuningStrategy strategy)
{
    SequentialTransformerOptions training = Training(10, 1e-3);
    (training.Items, training.ValidationData) = (small.Items, small.Split.Validation);
    // The network's size is the pre-trained model's.
    return rec.Trainers.FineTune(pretrained, new FineTuningOptions { Training = training, Strategy = strategy })
        .Fit(rec.Transforms.BuildSequences().Fit(small.Split.Train).Transform(small.Split.Train));
}

SequentialTransformerOptions alone = Training(20, 3e-3);
(alone.Items, alone.ValidationData) = (small.Items, small.Split.Validation);
var ways = new (string Name, ITransformer Model)[]
{
    ("a model of its own", rec.Transforms.BuildSequences().Append(rec.Trainers.SequentialTransformer(alone)).Fit(small.Split.Train)),
    ("pre-trained, as it is", FineTuned(FineTuningStrategy.None)),
    ("pre-trained, fine-tuned", FineTuned(FineTuningStrategy.Full)),
};

// %% Which is best? The intervals are wide: 120 shoppers say only so much
SequentialRankingMetrics[] metrics = [.. ways.Select(way => rec.Evaluate(way.Model, small.Split.Test))];
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("way", ways.Select(way => way.Name)),
    new DoubleDataFrameColumn("HR@10", metrics.Select(m => m.Unseen.HitRate(10))),
    new DoubleDataFrameColumn("NDCG@10", metrics.Select(m => m.Unseen.Ndcg(10))),
    new DoubleDataFrameColumn("from", metrics.Select(m => m.Unseen.NdcgInterval(10).Lower)),
    new DoubleDataFrameColumn("to", metrics.Select(m => m.Unseen.NdcgInterval(10).Upper))));
var bars = new ScottPlot.Plot();
bars.Add.Bars(metrics.Select(m => m.Unseen.Ndcg(10)).ToArray());
bars.Axes.Bottom.SetTicks([0, 1, 2], ways.Select(way => way.Name).ToArray());
bars.YLabel("test NDCG@10");
bars.Axes.Margins(bottom: 0);
Notebook.Show(bars, "three-ways");
