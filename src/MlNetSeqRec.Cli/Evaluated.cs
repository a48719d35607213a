using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>A model, what ranks with it (itself, or its chain with a re-ranker), and the data that it is evaluated on.</summary>
internal sealed record Evaluated(SequentialRecommendationTransformer Model, ITransformer Ranked, IDataView Interactions, SequenceSplit Split)
{
    /// <summary>
    /// Loads both. Where the folder has items that the model lacks and can score from their text, they are ranked too; not by a re-ranker,
    /// which knows the model's items alone: then that is said.
    /// </summary>
    public static Evaluated Open(Context context, string model, string folder, double coldItems)
    {
        (ITransformer chain, SequentialRecommendationTransformer trained) = ModelFile.Load(context.Ml, model);
        IDataView interactions = context.Recommendation.Data.LoadInteractions(folder);
        SequenceSplit split = context.Recommendation.Data.LeaveOneOutSplit(interactions, coldItems: coldItems);
        ItemCatalogue items = ItemCatalogue.FromDataView(context.Recommendation.Data.LoadItems(folder));
        int added = Enumerable.Range(0, items.Count).Count(item => trained.Catalogue.IndexOf(items.IdOf(item)) < 0);
        if (SequentialRecommendationCatalog.FindReranker(chain) is not null)
        {
            if (added > 0)
                Console.Error.WriteLine($"seqrec: {added:n0} of the folder's {items.Count:n0} items are new to the model, and its re-ranker knows the model's items alone: they are not ranked, and where one is the target it is not found");
            return new Evaluated(trained, chain, interactions, split);
        }

        if (added == 0 || !trained.ScoresText)
            return new Evaluated(trained, trained, interactions, split);

        // The folder's items are ranked, and those of its interactions that the model knows.
        IEnumerable<string> known = split.Train.GetColumn<string>("ItemId").Distinct().Where(id => trained.Catalogue.IndexOf(id) >= 0);
        SequentialRecommendationTransformer all = trained.WithCatalogue(items.With(known));
        context.Say($"{added:n0} of the folder's {items.Count:n0} items are new to the model: they are ranked by their text");
        return new Evaluated(all, all, interactions, split);
    }
}
