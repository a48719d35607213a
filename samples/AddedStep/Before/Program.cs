// What a customer buys next, from the latest purchase: the program before the step was added.
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Samples.AddedStep;

string path = Orders.Write();
var ml = new MLContext(seed: 1);
IDataView orders = ml.Data.LoadFromTextFile<Order>(path, separatorChar: ',', hasHeader: true);

// Each customer's last purchase is held out.
var histories = ml.Data.CreateEnumerable<Order>(orders, reuseRowObject: false)
    .GroupBy(order => order.Customer)
    .Select(customer => customer.OrderBy(order => order.Time).Select(order => order.Product).ToArray())
    .ToArray();
IDataView train = ml.Data.LoadFromEnumerable(histories.SelectMany(history => history.SkipLast(1).Zip(history.SkipLast(1).Skip(1), (latest, next) => new Step { Latest = latest, Next = next })));

var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", "Next")
    .Append(ml.Transforms.Categorical.OneHotEncoding("Features", "Latest"))
    .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy());
ITransformer model = pipeline.Fit(train);
string saved = Path.Combine(Path.GetDirectoryName(path)!, "model.zip");
ml.Model.Save(model, train.Schema, saved);

ITransformer loaded = ml.Model.Load(saved, out _);
using var engine = ml.Model.CreatePredictionEngine<Step, Scores>(loaded);
VBuffer<ReadOnlyMemory<char>> names = default;
engine.OutputSchema["Label"].GetKeyValues(ref names);
string[] products = [.. names.DenseValues().Select(name => name.ToString())];
int found = histories.Count(history => engine.Predict(new Step { Latest = history[^2] }).Score
    .Zip(products).OrderByDescending(product => product.First).Take(10).Any(product => product.Second == history[^1]));
Console.WriteLine($"Among the ten most likely: {found / (double)histories.Length:p1} of {histories.Length} last purchases");

internal sealed class Step
{
    public string Latest { get; set; } = "";

    public string Next { get; set; } = "";
}

internal sealed class Scores
{
    public float[] Score { get; set; } = [];
}
