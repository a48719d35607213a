#:project ../src/MlNetSeqRec.Data/MlNetSeqRec.Data.csproj
#:package libtorch-cpu-linux-x64@2.10.0
#:property PublishAot=false
#:property NoWarn=NU1603

// %% [markdown] # Getting started: a small shop's reviews, a model, and what a shopper may take next
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec;
using MlNetSeqRec.Data;

// %% Make some reviews in the layout of Amazon's files (use your own file here)
string folder = Directory.CreateTempSubdirectory("seqrec-").FullName;
AmazonLikeFiles files = AmazonLikeGenerator.Write(folder, new AmazonLikeOptions { Users = 1000, Items = 300 });

// %% Read them, and hold out each shopper's last two events
var ml = new MLContext(seed: 1);
var rec = ml.SequentialRecommendation();
IDataView reviews = rec.Data.LoadAmazonReviews(files.Reviews);
IDataView items = rec.Data.LoadAmazonItems(files.Items);
SequenceSplit split = rec.Data.LeaveOneOutSplit(reviews);

// %% Train
var model = rec.Transforms.BuildSequences()
    .Append(rec.Trainers.SequentialTransformer(new SequentialTransformerOptions
    {
        Items = items,
        ValidationData = split.Validation,
        Width = 64,
        Dropout = 0.3,
        PositionsPerBatch = 1024,
        VocabularySize = 1000,
        Epochs = 15,
    }))
    .Fit(split.Train);
Console.WriteLine(model.LastTransformer.Training);

// %% How good is it, and what would counting have given?
foreach ((string name, SequentialRankingMetrics m) in new[]
{
    ("model", rec.Evaluate(model, split.Test)),
    ("item to item", rec.EvaluateBaseline(SequentialBaseline.ItemToItem, model, split.Train, split.Test)),
    ("popularity", rec.EvaluateBaseline(SequentialBaseline.Popularity, model, split.Train, split.Test)),
})
{
    Console.WriteLine($"{name,-14} HR@10 {m.Unseen.HitRate(10):f4}  NDCG@10 {m.Unseen.Ndcg(10):f4}");
}

// %% What comes next for one shopper?
ItemCatalogue catalogue = model.LastTransformer.Catalogue;
string[] history = split.Test.GetColumn<string[]>("History").First();
string[] next = model.Transform(ml.Data.LoadFromEnumerable([new Shopper { History = history }])).GetColumn<string[]>("RecommendedItems").First();
Console.WriteLine("had:  " + string.Join(" | ", history.TakeLast(3).Select(Title)));
Console.WriteLine("next: " + string.Join(" | ", next.Take(3).Select(Title)));

string Title(string id) => catalogue.TextOf(catalogue.IndexOf(id)).Title;

internal sealed class Shopper
{
    public string[] History { get; set; } = [];
}
