using Microsoft.ML;

namespace MlNetSeqRec.Benchmarks;

/// <summary>A model of so many items for measurements of speed: trained for one short epoch on random histories.</summary>
internal static class Shop
{
    public static SequentialRecommendationTransformer Train(MLContext ml, int items)
    {
        var random = new Random(1);
        IDataView histories = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(_ => new Shopper { History = Draw(random, items, 10) }));
        IDataView catalogue = ml.Data.LoadFromEnumerable(Enumerable.Range(0, items).Select(i => new Item { ItemId = $"i{i}" }));
        var options = new SequentialTransformerOptions { Items = catalogue, Epochs = 1, Negatives = 100, Device = "cpu" };
        return SequentialRecommendationCatalog.FindModel(ml.SequentialRecommendation().Trainers.SequentialTransformer(options).Fit(histories));
    }

    public static string[] Draw(Random random, int items, int length) => [.. Enumerable.Range(0, length).Select(_ => $"i{random.Next(items)}")];

    public sealed class Item
    {
        public string ItemId { get; set; } = "";

        public string Title { get; set; } = "";
    }

    public sealed class Shopper
    {
        public string[] History { get; set; } = [];
    }

    public sealed class Recommendation
    {
        public string[] RecommendedItems { get; set; } = [];
    }
}
