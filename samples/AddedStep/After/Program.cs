// What a customer buys next, from the whole history: the program after the step was added.
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec;
using MlNetSeqRec.Samples.AddedStep;

string path = Orders.Write();
var ml = new MLContext(seed: 1);
var rec = ml.SequentialRecommendation();
IDataView orders = ml.Data.LoadFromTextFile<Order>(path, separatorChar: ',', hasHeader: true);

// Each customer's last purchase is held out, and the one before it chooses the best epoch.
SequenceSplit split = rec.Data.LeaveOneOutSplit(orders, "Customer", "Product", "Time");

var pipeline = rec.Transforms.BuildSequences()
    .Append(rec.Trainers.SequentialTransformer(new SequentialTransformerOptions
    {
        ValidationData = split.Validation,
        Width = 32,
        PositionsPerBatch = 512,
        Epochs = 25,
        LearningRate = 3e-3,
    }));
ITransformer model = pipeline.Fit(split.Train);
string saved = Path.Combine(Path.GetDirectoryName(path)!, "model.zip");
ml.Model.Save(model, split.Train.Schema, saved);

ITransformer loaded = ml.Model.Load(saved, out _);
using var engine = ml.Model.CreatePredictionEngine<Shopper, Recommendation>(loaded);
var held = split.Test.GetColumn<string[]>("History").Zip(split.Test.GetColumn<string>("Target")).ToArray();
int found = held.Count(customer => engine.Predict(new Shopper { History = customer.First }).RecommendedItems.Contains(customer.Second));
Console.WriteLine($"Among the ten most likely: {found / (double)held.Length:p1} of {held.Length} last purchases");

internal sealed class Shopper
{
    public string[] History { get; set; } = [];
}

internal sealed class Recommendation
{
    public string[] RecommendedItems { get; set; } = [];
}
