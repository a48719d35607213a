#:project ../src/MlNetSeqRec.Experiments/MlNetSeqRec.Experiments.csproj
#:property PublishAot=false
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec;
using MlNetSeqRec.Data;
using MlNetSeqRec.Experiments;

// %% [markdown] # Your own reviews
// From what you have to what a trainer reads: a CSV table through a data frame, and raw review files with flaws in them.
// The two ways end in the same columns, `UserId`, `ItemId` and `Timestamp`, and one history for each user.

// %% A table of sales with names of its own, as a shop would export it
string folder = Directory.CreateTempSubdirectory("seqrec-").FullName;
string sales = Path.Combine(folder, "sales.csv");
var random = new Random(3);
string[] menu = ["espresso", "cortado", "flat white", "filter", "croissant", "cookie", "beans 250 g", "beans 1 kg", "grinder", "filters"];
using (StreamWriter csv = File.CreateText(sales))
{
    csv.WriteLine("customer,product,sold_at,price");
    for (int customer = 0; customer < 200; customer++)
    {
        long day = random.Next(300);
        int product = random.Next(menu.Length);
        for (int visit = random.Next(3, 9); visit > 0; visit--)
        {
            csv.WriteLine($"c{customer:000},{menu[product]},{1_700_000_000 + day * 86_400},{2 + product}");
            day += random.Next(1, 9);
            product = (product + (random.Next(4) == 0 ? 3 : 1)) % menu.Length;
        }
    }
}

// %% As a data frame: look, filter, and hand over
DataFrame table = DataFrame.LoadCsv(sales, dataTypes: [typeof(string), typeof(string), typeof(long), typeof(double)]);
Notebook.Show(table, rows: 5);
DataFrame cheap = table.Filter(table["price"].ElementwiseLessThan(11.0));

var ml = new MLContext(seed: 1);
var rec = ml.SequentialRecommendation();
IDataView events = rec.Data.LoadInteractions(cheap, userColumn: "customer", itemColumn: "product", timeColumn: "sold_at");
Console.WriteLine($"{table.Rows.Count:N0} sales, of which {cheap.Rows.Count:N0} are kept; columns {string.Join(", ", events.Schema.Select(column => $"{column.Name}: {column.Type}"))}");

// %% One history for each customer, oldest first
IDataView histories = rec.Transforms.BuildSequences().Fit(events).Transform(events);
string[][] paths = [.. histories.GetColumn<string[]>("History")];
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("customer", histories.GetColumn<string>("UserId").Take(5)),
    new StringDataFrameColumn("history", paths.Take(5).Select(path => string.Join(" → ", path)))));

// %% [markdown] ## Raw review files
// Real files have broken lines, items without titles and users with a single review. `DataPreparation` (on the command line
// `seqrec prepare`) filters them, says what it left out and why, and writes Parquet. Here one line in fifty is spoilt.

// %%
AmazonLikeFiles raw = AmazonLikeGenerator.Write(folder, new AmazonLikeOptions { Users = 1500, Items = 400, BrokenLineRate = 0.02, UntitledRate = 0.05 });
string data = Path.Combine(folder, "data");
PreparationReport report = DataPreparation.Run(new PreparationOptions { Reviews = [raw.Reviews], Items = [raw.Items], OutputFolder = data, VocabularySize = 500 });
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("step", report.Stages.Select(stage => stage.Name)),
    new Int64DataFrameColumn("in", report.Stages.Select(stage => stage.In)),
    new Int64DataFrameColumn("out", report.Stages.Select(stage => stage.Out)),
    new StringDataFrameColumn("why", report.Stages.Select(stage => stage.Why))));
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("rejected because", report.Rejected.Keys),
    new Int64DataFrameColumn("lines", report.Rejected.Values)));

// %% What do the data look like? First, how long the histories are
IDataView reviews = rec.Data.LoadInteractions(data);
int[] lengths = [.. rec.Transforms.BuildSequences().Fit(reviews).Transform(reviews).GetColumn<string[]>("History").Select(history => history.Length)];
var byLength = lengths.GroupBy(length => length).OrderBy(group => group.Key).ToArray();
var lengthPlot = new ScottPlot.Plot();
lengthPlot.Add.Bars(byLength.Select(group => (double)group.Key).ToArray(), byLength.Select(group => (double)group.Count()).ToArray());
lengthPlot.XLabel("events of a user");
lengthPlot.YLabel("users");
lengthPlot.Axes.Margins(bottom: 0);
Notebook.Show(lengthPlot, "history-lengths");

// %% Second, how popularity is spread over items
double[] popularity = [.. reviews.GetColumn<string>("ItemId").GroupBy(item => item).Select(group => (double)group.Count()).OrderDescending()];
var popularityPlot = new ScottPlot.Plot();
popularityPlot.Add.ScatterLine(Enumerable.Range(1, popularity.Length).Select(rank => Math.Log10(rank)).ToArray(), popularity.Select(Math.Log10).ToArray());
popularityPlot.XLabel("log10 rank of the item");
popularityPlot.YLabel("log10 events");
Notebook.Show(popularityPlot, "popularity");

// %% Split it, and it is ready to train on: notebook 01 goes on from here
SequenceSplit split = rec.Data.LeaveOneOutSplit(reviews);
Notebook.Show(new DataFrame(
    new StringDataFrameColumn("part", ["train", "validation", "test"]),
    new Int64DataFrameColumn("rows", [split.Train.GetColumn<string>("ItemId").LongCount(), split.Validation.GetColumn<string>("Target").LongCount(), split.Test.GetColumn<string>("Target").LongCount()]),
    new StringDataFrameColumn("a row is", ["an event", "a history and what came next", "a history and what came next"])));
