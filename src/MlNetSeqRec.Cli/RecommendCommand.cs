using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec recommend: what comes next for one history, or for every user of a data set.</summary>
internal static class RecommendCommand
{
    public static Command Make()
    {
        var model = new Option<string>("--model") { Description = "A model.zip", Required = true };
        var history = new Option<string?>("--history") { Description = "Item ids, oldest first, with commas between them" };
        var count = new Option<int>("--k") { Description = "How many items", DefaultValueFactory = _ => 10 };
        var items = new Option<string?>("--items") { Description = "Recommend only the items of this file or folder; ones that the model does not know are scored from their text" };

        var everybody = new EverybodyArguments();

        return CommonOptions.Command("recommend", "Recommend items for a history, or with --all for every user", (parsed, context, cancellation) =>
        {
            string? ids = parsed.GetValue(history);
            if (everybody.IsAsked(parsed) == ids is not null)
                throw new ArgumentException("recommend needs either --history, or --all with --data and --out");
            (ITransformer chain, SequentialRecommendationTransformer trained) = ModelFile.Load(context.Ml, parsed.GetValue(model)!);
            RerankingTransformer? reranker = SequentialRecommendationCatalog.FindReranker(chain);
            if (ids is null)
                return everybody.Run(parsed, context, Limited(context, trained, parsed.GetValue(count), parsed.GetValue(items), reranker), cancellation);
            string[] each = ids.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return Run(context, trained, each, parsed.GetValue(count), parsed.GetValue(items), reranker);
        }, [model, history, count, items, .. everybody.Options]);
    }

    public static object Run(Context context, SequentialRecommendationTransformer trained, string[] ids, int count, string? among = null, RerankingTransformer? reranker = null)
    {
        ITransformer model = Limited(context, trained, count, among, reranker);
        trained = SequentialRecommendationCatalog.FindModel(model);
        string[] unknown = [.. ids.Where(id => trained.Catalogue.IndexOf(id) < 0)];
        using PredictionEngine<ShopperHistory, Recommendation> engine = context.Ml.Model.CreatePredictionEngine<ShopperHistory, Recommendation>(model);
        Recommendation next = engine.Predict(new ShopperHistory { History = ids });

        if (unknown.Length > 0)
            Console.Error.WriteLine($"seqrec: the model does not know {string.Join(", ", unknown)}{(next.IsPopularityFallback ? "; nothing of the history is known, so these are the popular items" : string.Empty)}");
        else if (next.IsPopularityFallback)
            Console.Error.WriteLine("seqrec: the history is empty, so these are the popular items");
        var items = next.RecommendedItems.Select((id, i) => new { id, title = trained.Catalogue.TextOf(trained.Catalogue.IndexOf(id)).Title, score = next.Score[i] }).ToArray();
        if (!context.Json)
        {
            foreach (var item in items)
                context.Say(string.Create(CultureInfo.InvariantCulture, $"{item.score,8:f3}  {item.id,-14}{item.title}"));
        }

        return new { items, popularityFallback = next.IsPopularityFallback, unknown };
    }

    // The model with --k and --items, and its re-ranker behind it.
    private static ITransformer Limited(Context context, SequentialRecommendationTransformer trained, int count, string? among, RerankingTransformer? reranker)
    {
        if (count < 1)
            throw new ArgumentException($"--k is {count}; at least 1 was expected");
        if (among is not null && reranker is not null)
            throw new ArgumentException("--items needs a model without a re-ranker, which knows the items that it was trained for alone");
        trained = trained.With(new RankingOptions { Count = count });
        if (among is not null)
            trained = RecommendAmong(context, trained, among);
        return reranker is null ? trained : new TransformerChain<ITransformer>(trained, reranker);
    }

    private static SequentialRecommendationTransformer RecommendAmong(Context context, SequentialRecommendationTransformer trained, string path)
    {
        IDataView items = Directory.Exists(path) ? context.Recommendation.Data.LoadItems(path) : context.Recommendation.Data.LoadAmazonItems(path);
        ItemCatalogue catalogue = ItemCatalogue.FromDataView(items);
        SequentialRecommendationTransformer among = trained.RecommendAmong(catalogue);
        int left = Enumerable.Range(0, catalogue.Count).Count(item => among.Catalogue.IndexOf(catalogue.IdOf(item)) < 0);
        if (left > 0)
            Console.Error.WriteLine($"seqrec: {left:n0} of the {catalogue.Count:n0} items in {path} are left out: the model does not know them, and they have no text with words that it knows");
        return among;
    }

    /// <summary>What a prediction takes.</summary>
    private sealed class ShopperHistory
    {
        public string[] History { get; set; } = [];
    }

    /// <summary>What a prediction gives.</summary>
    private sealed class Recommendation
    {
        public string[] RecommendedItems { get; set; } = [];

        public float[] Score { get; set; } = [];

        public bool IsPopularityFallback { get; set; }
    }
}
