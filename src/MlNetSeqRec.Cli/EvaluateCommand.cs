using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using MlNetSeqRec.Experiments;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec evaluate: how well a model ranks the held-out items, beside two simple rules.</summary>
internal static class EvaluateCommand
{
    public static Command Make()
    {
        var model = new Option<string>("--model") { Description = "A model.zip", Required = true };
        var data = new Option<string>("--data") { Description = "The folder that the model was trained on", Required = true };
        var part = new Option<string>("--split") { Description = "test or validation", DefaultValueFactory = _ => "test" };
        part.AcceptOnlyFromAmong("test", "validation");
        var cutOffs = new Option<string>("--k") { Description = "Cut-offs of HR and NDCG", DefaultValueFactory = _ => "5,10,20" };
        var protocol = new Option<string>("--protocol") { Description = "full, or sampled:N for the target among N drawn items", DefaultValueFactory = _ => "full" };

        Option<double> cold = ColdItemOption.Make();

        return CommonOptions.Command("evaluate", "Measure HR@K, NDCG@K and MRR with 95 % intervals, beside simple rules", (parsed, context, cancellation) =>
        {
            Evaluated evaluated = Evaluated.Open(context, parsed.GetValue(model)!, parsed.GetValue(data)!, parsed.GetValue(cold));
            IDataView held = parsed.GetValue(part) == "test" ? evaluated.Split.Test : evaluated.Split.Validation;
            int[] k = ParseCutOffs(parsed.GetValue(cutOffs)!);
            return Describe(context, ModelComparison.Run(context.Recommendation, evaluated.Ranked, evaluated.Split.Train, held, k, parsed.GetValue(protocol)!, context.Seed, cancellation));
        }, model, data, part, cutOffs, protocol, cold);
    }

    /// <summary>Says the figures, and gives them as what --json prints.</summary>
    public static Dictionary<string, object> Describe(Context context, ModelComparison comparison)
    {
        SequentialRankingMetrics metrics = comparison.Model;
        int k = metrics.All.K.Contains(10) ? 10 : metrics.All.K[0];
        context.Say($"{metrics.UserCount:n0} users, {metrics.ItemCount:n0} items, protocol {metrics.Protocol}, {comparison.Seconds:f1} s");
        context.Say($"{string.Empty,-14}{"all HR@" + k,12}{"all NDCG@" + k,14}{"unseen HR@" + k,15}{"unseen NDCG@" + k,17}");
        Row("model", metrics);
        if (comparison.LatestItems is { } latest)
            Row("no network", latest);
        Row("item-to-item", comparison.ItemToItem);
        Row("popularity", comparison.Popularity);
        if (comparison.LatestItems is not null)
            context.Say("no network: what the latest items add to the model's scores, by itself");
        ConfidenceInterval interval = metrics.Unseen.NdcgInterval(k);
        if (metrics.Cold is { } cold)
        {
            context.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"cold: {cold.Users:n0} of {metrics.UserCount:n0} targets were never seen in training; unseen HR@{k} {cold.Unseen.HitRate(k):f4}, NDCG@{k} {cold.Unseen.Ndcg(k):f4}; of the others {metrics.Warm?.Unseen.HitRate(k):f4}, {metrics.Warm?.Unseen.Ndcg(k):f4}"));
        }

        context.Say(string.Create(CultureInfo.InvariantCulture, $"95 % interval of the model's unseen NDCG@{k}: {interval.Lower:f4} to {interval.Upper:f4}"));

        Dictionary<string, object> result = Json.Metrics(metrics, comparison.Seconds);
        result["baselines"] = new
        {
            popularity = Json.Baseline(comparison.Popularity),
            itemToItem = Json.Baseline(comparison.ItemToItem),
            latestItems = comparison.LatestItems is null ? null : Json.Baseline(comparison.LatestItems),
        };
        return result;

        void Row(string name, SequentialRankingMetrics m) => context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-14}{m.All.HitRate(k),12:f4}{m.All.Ndcg(k),14:f4}{m.Unseen.HitRate(k),15:f4}{m.Unseen.Ndcg(k),17:f4}"));
    }

    private static int[] ParseCutOffs(string text)
    {
        int[] k = [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0)];
        return k.All(value => value > 0) ? k : throw new ArgumentException($"--k is '{text}'; whole numbers from 1 with commas between them were expected, 5,10,20 for example");
    }
}
