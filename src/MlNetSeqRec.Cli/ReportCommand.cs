using System.CommandLine;
using MlNetSeqRec.Experiments;
using MlNetSeqRec.Experiments.Reports;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec report: one page about a trained model, with its data, its figures, and shoppers to look at.</summary>
internal static class ReportCommand
{
    private const int MostShoppers = 1000; // a page of a megabyte

    public static Command Make()
    {
        var model = new Option<string>("--model") { Description = "A model.zip", Required = true };
        var data = new Option<string>("--data") { Description = "The folder that the model was trained on", Required = true };
        var output = new Option<string>("--out") { Description = "The page to write", DefaultValueFactory = _ => "report.html" };
        var shoppers = new Option<int>("--shoppers") { Description = $"Shoppers to look at, drawn by the seed; 0 to {MostShoppers}", DefaultValueFactory = _ => 100 };
        var protocol = new Option<string>("--protocol") { Description = "full, or sampled:N for the target among N drawn items", DefaultValueFactory = _ => "full" };
        Option<double> cold = ColdItemOption.Make();

        return CommonOptions.Command("report", "Write a page about a model: its figures beside simple rules, its data, and shoppers to look at", (parsed, context, cancellation) =>
        {
            string path = parsed.GetValue(output)!, folder = parsed.GetValue(data)!;
            int count = parsed.GetValue(shoppers);
            if (count is < 0 or > MostShoppers)
                throw new ArgumentException($"--shoppers is {count}; 0 to {MostShoppers} was expected");
            ModelFile.CheckWritable(path, "report.html");
            Evaluated evaluated = Evaluated.Open(context, parsed.GetValue(model)!, folder, parsed.GetValue(cold));
            ModelComparison comparison = ModelComparison.Run(
                context.Recommendation, evaluated.Model, evaluated.Split.Train, evaluated.Split.Test, [5, 10, 20], parsed.GetValue(protocol)!, context.Seed, cancellation);
            Write(context, path, folder, evaluated, comparison, count);
            Dictionary<string, object> result = EvaluateCommand.Describe(context, comparison);
            context.Say($"Written: {path}");
            result["report"] = path;
            return result;
        }, model, data, output, shoppers, protocol, cold);
    }

    public static void Write(Context context, string path, string folder, Evaluated evaluated, ModelComparison comparison, int shoppers)
    {
        ReportContent content = ModelReport.Make(
            context.Ml, evaluated.Model, evaluated.Interactions, evaluated.Split.Test, comparison, shoppers, context.Seed, [new ReportFact("Data", folder), new ReportFact("Split", "leave-one-out")]);
        ExperimentReport.Write(path, content);
    }
}
