using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>A model, what ranks with it (itself, or its chain with a re-ranker), and the data that it is evaluated on.</summary>
internal sealed record Evaluated(SequentialRecommendationTransformer Model, ITransformer Ranked, IDataView Interactions, SequenceSplit Split)
{
    /// <summary>Loads both. Where the folder has items that the model lacks and can score from their text, they are ranked too, but for a re-ranker, which knows the model's items alone.</summary>
    public static Evaluated Open(Context context, string model, string folder, double coldItems)
    {
        (ITransformer chain, SequentialRecommendationTransformer trained) = ModelFile.Load(context.Ml, model);
        IDataView interactions = context.Recommendation.Data.LoadInteractions(folder);
        SequenceSplit split = context.Recommendation.Data.LeaveOneOutSplit(interactions, coldItems: coldItems);
        if (SequentialRecommendationCatalog.FindReranker(chain) is not null)
            return new Evaluated(trained, chain, interactions, split);
        SequentialRecommendationTransformer all = WithNewItems(context, trained, context.Recommendation.Data.LoadItems(folder), split.Train);
        return new Evaluated(all, all, interactions, split);
    }

    // Where the folder has items that the model lacks and can score, its items are ranked, as well as those of its interactions that the model knows.
    private static SequentialRecommendationTransformer WithNewItems(Context context, SequentialRecommendationTransformer trained, IDataView items, IDataView train)
    {
        ItemCatalogue folder = ItemCatalogue.FromDataView(items);
        int added = Enumerable.Range(0, folder.Count).Count(item => trained.Catalogue.IndexOf(folder.IdOf(item)) < 0);
        if (added == 0 || !trained.ScoresText)
            return trained;
        SequentialRecommendationTransformer all = trained.WithCatalogue(folder.With(train.GetColumn<string>("ItemId").Distinct().Where(id => trained.Catalogue.IndexOf(id) >= 0)));
        context.Say($"{added:n0} of the folder's {folder.Count:n0} items are new to the model: they are ranked by their text");
        return all;
    }
}
