using Microsoft.ML;

namespace MlNetSeqRec.Tests;

/// <summary>A shop small enough to learn in seconds: each shopper walks round a ring of items, from a random start.</summary>
internal static class SmallShop
{
    public const int Items = 40;

    public sealed class Event
    {
        public string UserId { get; set; } = "";

        public string ItemId { get; set; } = "";

        public long Timestamp { get; set; }
    }

    public sealed class Item
    {
        public string ItemId { get; set; } = "";

        public string Title { get; set; } = "";

        public string Brand { get; set; } = "";

        public string Categories { get; set; } = "";
    }

    public sealed class ShopperHistory
    {
        public string[] History { get; set; } = [];
    }

    public sealed class Recommendation
    {
        public string[] RecommendedItems { get; set; } = [];

        public float[] Score { get; set; } = [];

        public bool IsPopularityFallback { get; set; }
    }

    public static IDataView Events(MLContext ml, int users = 150)
    {
        var random = new Random(5);
        var events = new List<Event>();
        for (int u = 0; u < users; u++)
        {
            int at = random.Next(Items);
            int length = 5 + random.Next(6);
            for (int i = 0; i < length; i++)
            {
                events.Add(new Event { UserId = $"u{u}", ItemId = $"i{at}", Timestamp = i });
                at = (at + 1 + (random.Next(5) == 0 ? 1 : 0)) % Items;
            }
        }

        return ml.Data.LoadFromEnumerable(events);
    }

    public static IDataView Catalogue(MLContext ml) => ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, Items).Select(i => new Item { ItemId = $"i{i}", Title = $"Thing number{i} of{i / 4}", Brand = $"maker{i % 3}", Categories = $"All > Shelf {i / 8}" }).ToArray());

    public static SequentialTransformerOptions Options(MLContext ml, SequenceSplit split) => new()
    {
        Items = Catalogue(ml),
        ValidationData = split.Validation,
        Width = 16,
        Heads = 2,
        Layers = 1,
        Dropout = 0.1,
        Epochs = 12,
        Patience = 12,
        LearningRate = 5e-3,
        WarmUpSteps = 5,
        PositionsPerBatch = 256,
        VocabularySize = 200,
        MaximumLength = 8,
        Device = "cpu",
    };

    public static (ITransformer Chain, SequentialRecommendationTransformer Model, SequenceSplit Split) Train(
        MLContext ml, Action<SequentialTransformerOptions>? change = null, bool keys = false)
    {
        SequentialRecommendationCatalog rec = ml.SequentialRecommendation();
        SequenceSplit split = rec.Data.LeaveOneOutSplit(Events(ml));
        SequentialTransformerOptions options = Options(ml, split);
        change?.Invoke(options);
        ITransformer chain = keys
            ? rec.Transforms.BuildSequences()
                .Append(ml.Transforms.Conversion.MapValueToKey("History"))
                .Append(rec.Trainers.SequentialTransformer(options))
                .Append(ml.Transforms.Conversion.MapKeyToValue("RecommendedItems"))
                .Fit(split.Train)
            : rec.Transforms.BuildSequences().Append(rec.Trainers.SequentialTransformer(options)).Fit(split.Train);
        return (chain, SequentialRecommendationCatalog.FindModel(chain), split);
    }
}
