using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.Scoring;

/// <summary>Items that training never saw: kept from it by the split, scored from their text, measured apart.</summary>
public class ColdItemTests
{
    private const int Topics = 8;
    private const int ItemsOfTopic = 10;
    private const double Share = 0.25;

    private static readonly string[] _words = ["lipstick", "shampoo", "perfume", "mascara", "razor", "soap", "brush", "mirror"];

    private readonly MLContext _ml = new(1);

    private SequentialRecommendationCatalog Rec => _ml.SequentialRecommendation();

    [Fact]
    public void TheSplitKeepsColdItemsFromAllButTestTargets()
    {
        SequenceSplit whole = Rec.Data.LeaveOneOutSplit(Events()), split = Rec.Data.LeaveOneOutSplit(Events(), coldItems: Share);
        HashSet<string> cold = [.. Items().Select(item => item.ItemId).Except(Rec.Data.WithoutColdItems(Catalogue(), Share).GetColumn<string>("ItemId"))];
        Assert.InRange(cold.Count, 10, 30); // 20 of 80 on average
        Assert.DoesNotContain(split.Train.GetColumn<string>("ItemId"), cold.Contains);
        Assert.DoesNotContain(split.Validation.GetColumn<string[]>("History").Concat(split.Test.GetColumn<string[]>("History")).SelectMany(ids => ids), cold.Contains);
        Assert.DoesNotContain(split.Validation.GetColumn<string>("Target"), cold.Contains);

        // Test targets stay those of the plain split, for all users that have enough other events.
        Dictionary<string, string> targets = Targets(whole), kept = Targets(split);
        Assert.All(kept, pair => Assert.Equal(targets[pair.Key], pair.Value));
        Assert.InRange(kept.Count, targets.Count * 0.9, targets.Count);
        Assert.Contains(kept.Values, cold.Contains);
        Assert.Contains(kept.Values, id => !cold.Contains(id));

        static Dictionary<string, string> Targets(SequenceSplit split) =>
            split.Test.GetColumn<string>("UserId").Zip(split.Test.GetColumn<string>("Target")).ToDictionary();
    }

    [Fact]
    public void AColdItemThatIsNoTargetIsNotTrainedOn()
    {
        string cold = Enumerable.Range(0, 100).Select(i => $"i{i}").First(id => ColdItems.Contains(id, 0.5));
        string[] warm = [.. Enumerable.Range(0, 100).Select(i => $"i{i}").Where(id => !ColdItems.Contains(id, 0.5)).Take(2)];
        IDataView events = _ml.Data.LoadFromEnumerable(new[] { warm[0], cold, cold }.Select((id, i) => new SmallShop.Event { UserId = "u", ItemId = id, Timestamp = i })
            .Concat(new[] { warm[0], cold, warm[1], cold }.Select((id, i) => new SmallShop.Event { UserId = "v", ItemId = id, Timestamp = i })));
        SequenceSplit split = Rec.Data.LeaveOneOutSplit(events, coldItems: 0.5);
        Assert.Equal([warm[0], warm[0]], split.Train.GetColumn<string>("ItemId"));
        Assert.Equal([cold], split.Test.GetColumn<string>("Target"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rec.Data.LeaveOneOutSplit(events, coldItems: 1));
    }

    [Theory]
    [InlineData(ItemEncoding.Text, 0)]
    [InlineData(ItemEncoding.IdAndText, 0.5)]
    public void TextCarriesItemsThatTrainingNeverSaw(ItemEncoding encoding, double idDropout)
    {
        using SequentialRecommendationTransformer model = Train(encoding, idDropout);
        Assert.True(model.Catalogue.Count < Topics * ItemsOfTopic);
        SequenceSplit split = Rec.Data.LeaveOneOutSplit(Events(), coldItems: Share);
        SequentialRankingMetrics without = Rec.Evaluate(model, split.Test, [10], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(0, without.Cold!.Unseen.HitRate(10));

        using SequentialRecommendationTransformer all = model.WithCatalogue(ItemCatalogue.FromDataView(Catalogue()));
        SequentialRankingMetrics metrics = Rec.Evaluate(all, split.Test, [10], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Topics * ItemsOfTopic, metrics.ItemCount);
        Assert.Equal(metrics.UserCount, metrics.Cold!.Users + metrics.Warm!.Users);
        Assert.Equal(metrics.Slices.Single(slice => slice.Name == "target cold").Users, metrics.Cold.Users);
        Assert.True(metrics.Cold.Unseen.HitRate(10) > 0.5, $"HR@10 {metrics.Cold.Unseen.HitRate(10)}; chance is 0.13");
    }

    [Fact]
    public void AnItemThatTrainingNeverSawIsScoredFromItsTextAlone()
    {
        using SequentialRecommendationTransformer model = Train(ItemEncoding.IdAndText, 0);
        using SequentialRecommendationTransformer all = model.WithCatalogue(ItemCatalogue.FromDataView(Catalogue()));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        TrainedModel inner = all.Model;
        ItemEncoder encoder = inner.Network.ItemEncoder;
        encoder.IdTable!.detach().add_(1); // so that each id has a vector that would show
        using var tokens = new TokenTable(inner.Tokenizer!.Tokenize(all.Catalogue), CPU);
        Tensor text = Similarity.Compared(encoder.EncodeText(tokens.All), inner.Network.Shape.Temperature), vectors = inner.Ranker.All.Vectors;
        bool[] isNew = [.. Enumerable.Range(0, all.Catalogue.Count).Select(item => model.Catalogue.IndexOf(all.Catalogue.IdOf(item)) < 0)];
        Assert.Contains(true, isNew);
        Assert.All(Enumerable.Range(0, isNew.Length), item => Assert.Equal(isNew[item], vectors[item].allclose(text[item], 1e-5, 1e-6)));
    }

    [Fact]
    public void AnIdWithoutTextIsKeptThoughItWasNeverSeen()
    {
        random.manual_seed(1);
        using var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.IdAndText, Items = 3, TokenRows = 5, Width = 4, Layers = 1, Heads = 1, MaximumLength = 5, Dropout = 0, TokenDropout = 0 });
        using var tokens = new TokenTable(new ItemTokens([1, 2], [0, 1, 1, 2], 5), CPU); // the second item has no text
        using IDisposable _ = no_grad();
        Tensor ids = network.ItemEncoder.IdTable!, text = network.ItemEncoder.EncodeText(tokens.All);
        Tensor vectors = network.ItemEncoder.Encode(null, tokens.All, tensor(new float[] { 0, 0, 3 }));
        Assert.True(vectors[0].allclose(text[0]));
        Assert.True(vectors[1].allclose(ids[1] + text[1]));
        Assert.True(vectors[2].allclose(ids[2] + text[2]));
    }

    [Fact]
    public void AnotherOrderOfTheSameItemsRanksAlike()
    {
        using SequentialRecommendationTransformer model = Train(ItemEncoding.IdAndText, 0);
        var reversed = new ItemCatalogue(model.Catalogue.Items().Reverse());
        using SequentialRecommendationTransformer other = model.WithCatalogue(reversed);
        IDataView histories = Rec.Data.LeaveOneOutSplit(Events(), coldItems: Share).Test; // without empty ones: popular items tie
        Assert.Equal(model.Transform(histories).GetColumn<string[]>("RecommendedItems"), other.Transform(histories).GetColumn<string[]>("RecommendedItems"));
    }

    [Fact]
    public void OnlyTheGivenItemsAreRecommendedAndTheModelSurvivesSaving()
    {
        using SequentialRecommendationTransformer model = Train(ItemEncoding.IdAndText, 0.5);
        string[] known = [.. model.Catalogue.Items().Where(item => item.Text.Title.StartsWith("soap", StringComparison.Ordinal)).Take(3).Select(item => item.Id)];
        IDataView given = _ml.Data.LoadFromEnumerable([
            new SmallShop.Item { ItemId = "new-soap", Title = "soap fresh", Categories = "soap" },
            new SmallShop.Item { ItemId = "new-razor", Title = "razor fresh", Categories = "razor" },
            new SmallShop.Item { ItemId = known[2], Title = "another title" },
            new SmallShop.Item { ItemId = "nothing-known" },
        ]);
        using SequentialRecommendationTransformer among = model.RecommendAmong(ItemCatalogue.FromDataView(given));
        Assert.Equal(model.Catalogue.Count + 2, among.Catalogue.Count);
        using var stream = new MemoryStream();
        among.Save(stream);
        stream.Position = 0;
        using SequentialRecommendationTransformer loaded = SequentialRecommendationTransformer.Load(stream, "cpu");
        foreach (SequentialRecommendationTransformer each in new[] { among, loaded })
        {
            IDataView history = _ml.Data.LoadFromEnumerable([new SmallShop.ShopperHistory { History = known[..2] }]);
            string[] items = each.Transform(history).GetColumn<string[]>("RecommendedItems").Single();
            Assert.Equal(["new-razor", "new-soap", known[2]], items.Order(StringComparer.Ordinal).OrderBy(id => id == known[2]));
            Assert.Equal("new-razor", items[^1]);
        }
    }

    [Fact]
    public void WhatCannotBeScoredIsRefused()
    {
        using SequentialRecommendationTransformer ids = Train(ItemEncoding.Id, 0), text = Train(ItemEncoding.Text, 0);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => ids.WithCatalogue(ItemCatalogue.FromIds(["a"])));
        Assert.Contains("by their ids alone", e.Message, StringComparison.Ordinal);
        Assert.Contains("None of the 1 items", Assert.Throws<InvalidDataException>(() => text.RecommendAmong(ItemCatalogue.FromIds(["a"])).Dispose()).Message, StringComparison.Ordinal);
    }

    private SequentialRecommendationTransformer Train(ItemEncoding encoding, double idDropout)
    {
        SequenceSplit split = Rec.Data.LeaveOneOutSplit(Events(), coldItems: Share);
        SequentialTransformerOptions options = SmallShop.Options(_ml, split);
        options.Items = Rec.Data.WithoutColdItems(Catalogue(), Share);
        (options.ItemEncoding, options.IdDropout, options.Epochs) = (encoding, idDropout, 15);
        return Rec.Trainers.SequentialTransformer(options).Fit(Rec.Transforms.BuildSequences().Fit(split.Train).Transform(split.Train));
    }

    // Each shopper stays with one kind of thing, which the titles tell.
    private IDataView Events()
    {
        var random = new Random(3);
        return _ml.Data.LoadFromEnumerable([.. Enumerable.Range(0, 200).SelectMany(user =>
        {
            int topic = random.Next(Topics);
            return Enumerable.Range(0, 6).Select(i => new SmallShop.Event { UserId = $"u{user}", ItemId = $"i{(topic * ItemsOfTopic) + random.Next(ItemsOfTopic)}", Timestamp = i }).ToArray();
        })]);
    }

    private IDataView Catalogue() => _ml.Data.LoadFromEnumerable(Items());

    private static SmallShop.Item[] Items() => [.. Enumerable.Range(0, Topics * ItemsOfTopic).Select(i =>
        new SmallShop.Item { ItemId = $"i{i}", Title = $"{_words[i / ItemsOfTopic]} {(char)('a' + (i % ItemsOfTopic))}", Categories = _words[i / ItemsOfTopic] })];
}
