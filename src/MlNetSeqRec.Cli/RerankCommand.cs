using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data;
using MlNetSeqRec.Experiments;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec rerank: a trained model and a second stage that orders its best items.</summary>
internal static class RerankCommand
{
    public static Command Make()
    {
        var defaults = new FastTreeRerankerOptions();
        var model = new Option<string>("--model") { Description = "A model.zip, which stays as it is", Required = true };
        var data = new Option<string>("--data") { Description = "The folder that the model was trained on", Required = true };
        var output = new Option<string>("--out") { Description = "The model with its second stage to write, model.zip", Required = true };
        var candidates = new Option<int>("--candidates") { Description = "How many of the model's best items are re-ranked", DefaultValueFactory = _ => defaults.CandidateCount };
        var trees = new Option<int>("--trees") { Description = "Most trees", DefaultValueFactory = _ => defaults.NumberOfTrees };
        var leaves = new Option<int>("--leaves") { Description = "Leaves of each tree", DefaultValueFactory = _ => defaults.NumberOfLeaves };
        var rate = new Option<double>("--learning-rate") { Description = "How much each tree counts", DefaultValueFactory = _ => defaults.LearningRate };

        return CommonOptions.Command("rerank", "Train boosted trees that re-rank a model's best items, on the validation part", (parsed, context, _) =>
        {
            string path = parsed.GetValue(output)!, folder = parsed.GetValue(data)!;
            ModelFile.CheckWritable(path);
            (ITransformer chain, SequentialRecommendationTransformer trained) = ModelFile.Load(context.Ml, parsed.GetValue(model)!);
            if (SequentialRecommendationCatalog.FindReranker(chain) is not null)
                throw new ArgumentException($"{parsed.GetValue(model)} has a re-ranker already: give the model that it was made from");
            SequenceSplit split = context.Recommendation.Data.LeaveOneOutSplit(context.Recommendation.Data.LoadInteractions(folder));
            FastTreeReranker trainer = context.Recommendation.Trainers.FastTreeReranker(new FastTreeRerankerOptions
            {
                ValidationData = split.Validation,
                Interactions = split.Train,
                Items = context.Recommendation.Data.LoadItems(folder),
                CandidateCount = parsed.GetValue(candidates),
                NumberOfTrees = parsed.GetValue(trees),
                NumberOfLeaves = parsed.GetValue(leaves),
                LearningRate = parsed.GetValue(rate),
                Seed = context.Seed,
            });
            BuildSequencesTransformer histories = context.Recommendation.Transforms.BuildSequences().Fit(split.Train);
            RerankingTransformer reranker = trainer.Fit(trained.Transform(histories.Transform(split.Train)));
            ModelFile.Save(context.Ml, new TransformerChain<ITransformer>(histories, trained, reranker), histories.GetOutputSchema(split.Train.Schema), path);
            return Describe(context, reranker, path);
        }, model, data, output, candidates, trees, leaves, rate);
    }

    private static object Describe(Context context, RerankingTransformer reranker, string path)
    {
        RerankingSummary summary = reranker.Training;
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {summary.Trees} trees for {reranker.CandidateCount} candidates, learnt from {summary.UsersWithTarget:n0} of {summary.Users:n0} users (the target of the others is no candidate); NDCG@10 of {summary.ChoosingUsers:n0} other users {summary.NdcgBefore:f4} before, {summary.NdcgAfter:f4} after ({(reranker.RanksHistory ? "all" : "unseen")} items; chosen by them, so on the high side); {summary.Recall:p1} of their targets are candidates; {summary.Seconds:f0} s"));
        foreach ((string name, double gain) in summary.FeatureGains.Where(pair => pair.Value > 0))
            context.Say(string.Create(CultureInfo.InvariantCulture, $"{gain,8:p1}  {name}"));
        return new
        {
            model = path,
            candidates = reranker.CandidateCount,
            summary.Trees,
            summary.Users,
            summary.UsersWithTarget,
            summary.ChoosingUsers,
            summary.Recall,
            choosing = new Dictionary<string, double[]> { ["ndcg@10"] = [summary.NdcgBefore, summary.NdcgAfter] },
            gains = summary.FeatureGains.ToDictionary(pair => pair.Key, pair => pair.Value),
            seconds = Math.Round(summary.Seconds, 3),
        };
    }
}
