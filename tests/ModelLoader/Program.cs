// A program that knows Microsoft.ML alone: it loads a model and writes the recommendations for each line of a file of
// histories (ids with commas between them). Started by the tests as a process of its own.
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
ITransformer model = ml.Model.Load(args[0], out _);
IDataView histories = ml.Data.LoadFromEnumerable(File.ReadLines(args[1]).Select(line => new Shopper { History = line.Split(',') }).ToArray());
foreach (string[] items in model.Transform(histories).GetColumn<string[]>("RecommendedItems"))
    Console.WriteLine(string.Join(',', items));

internal sealed class Shopper
{
    public string[] History { get; set; } = [];
}
