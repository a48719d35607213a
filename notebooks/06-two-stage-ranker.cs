#:project ../src/MlNetSeqRec.Experiments/MlNetSeqRec.Experiments.csproj
#:property PublishAot=false
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec;
using MlNetSeqRec.Data;
using MlNetSeqRec.Experiments;

// %% [markdown] # A two-stage ranker
// The transformer finds candidates among all items; boosted trees (LambdaMART, ML.NET's FastTree) then order them by what
// the transformer does not look at: popularity, recency, how well text and category match, what came next for others. The
// trees are a step of the same chain, and learn from the validation part, whose targets the transformer was not trained on.

// %% A shop
string folder = Directory.CreateTempSubdirectory("seqrec-").FullName;
AmazonLikeFiles files = AmazonLikeGenerator.Write(folder, new AmazonLikeOptions { Users = 900, Items = 300 });
var ml = new MLContext(seed: 1);
var rec = ml.SequentialRecommendation();
IDataView items = rec.Data.LoadAmazonItems(files.Items);
SequenceSplit split = rec.Data.LeaveOneOutSplit(rec.Data.LoadAmazonReviews(files.Reviews));

// %% The first stage alone
var first = rec.Transforms.BuildSequences()
    .Append(rec.Trainers.SequentialTransformer(new SequentialTransformerOptions
    {
        Items = items,
        ValidationData = split.Validation,
        Width = 32,
        Dropout = 0.2,
        PositionsPerBatch = 512,
        VocabularySize = 500,
        Epochs = 8,
        LearningRate = 3e-3,
    }))
    .Fit(split.Train);
SequentialRankingMetrics before = rec.Evaluate(first, split.Test);

// %% The second stage, over the best 50
RerankingTransformer trees = rec.Trainers.FastTreeReranker(new FastTreeRerankerOptions
{
    ValidationData = split.Validation,
    Interactions = split.Train,
    CandidateCount = 50,
    NumberOfTrees = 100,
    MinimumExampleCountPerLeaf = 50,
}).Fit(first.Transform(split.Train));
var both = new TransformerChain<ITransformer>([.. first, trees]);
SequentialRankingMetrics after = rec.Evaluate(both, split.Test);

// %% What did it add? Here nothing: generated shoppers follow no price, season or fashion that trees could find
var stages = new (string Name, RankingFigures Figures)[] { ("transformer", before.Unseen), ("transformer, then trees", after.Unseen) };
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("ranked by", stages.Select(stage => stage.Name)),
    new DoubleDataFrameColumn("HR@10", stages.Select(stage => stage.Figures.HitRate(10))),
    new DoubleDataFrameColumn("NDCG@10", stages.Select(stage => stage.Figures.Ndcg(10))),
    new DoubleDataFrameColumn("from", stages.Select(stage => stage.Figures.NdcgInterval(10).Lower)),
    new DoubleDataFrameColumn("to", stages.Select(stage => stage.Figures.NdcgInterval(10).Upper))));

// %% What the trees went by
RerankingSummary summary = trees.Training;
Console.WriteLine($"{summary.Trees} trees, learnt from {summary.UsersWithTarget} of {summary.Users} users and chosen by {summary.ChoosingUsers} others, for whom NDCG@10 went from {summary.NdcgBefore:f4} to {summary.NdcgAfter:f4}");
KeyValuePair<string, double>[] gains = [.. summary.FeatureGains.Take(8).Reverse()];
var bars = new ScottPlot.Plot();
foreach (var bar in bars.Add.Bars(gains.Select(gain => gain.Value).ToArray()).Bars)
    bar.Orientation = ScottPlot.Orientation.Horizontal;
bars.Axes.Left.SetTicks([.. Enumerable.Range(0, gains.Length).Select(i => (double)i)], gains.Select(gain => gain.Key).ToArray());
bars.XLabel("share of what the trees gained");
bars.Axes.Margins(left: 0);
Notebook.Show(bars, "features");

// %% Both stages are one model: saved, loaded and asked as one
string path = Path.Combine(folder, "model.zip");
ml.Model.Save(both, split.Train.Schema, path);
IDataView shopper = ml.Data.TakeRows(split.Test, 1);
ITransformer loaded = ml.Model.Load(path, out _);
string[] one = first.Transform(shopper).GetColumn<string[]>("RecommendedItems").First();
string[] two = loaded.Transform(shopper).GetColumn<string[]>("RecommendedItems").First();
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("transformer", one.Take(5).Select(Title)),
    new StringDataFrameColumn("transformer, then trees", two.Take(5).Select(Title))));

string Title(string id) => first.LastTransformer.Catalogue.TextOf(first.LastTransformer.Catalogue.IndexOf(id)).Title;
