using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Tests.Scoring;

public class TransformerTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly Data.TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void AKeyChainAndATextChainRecommendTheSameAndSurviveSaving()
    {
        (ITransformer text, _, SequenceSplit split) = SmallShop.Train(_ml, o => o.Epochs = 3);
        (ITransformer keys, _, _) = SmallShop.Train(_ml, o => o.Epochs = 3, keys: true);
        string[][] before = Lists(text, split.Test);
        Assert.Equal(before, Lists(keys, split.Test));

        foreach (ITransformer chain in new[] { text, keys })
        {
            string path = Path.Combine(_folder.Root, "model.zip");
            _ml.Model.Save(chain, split.Train.Schema, path);
            ITransformer loaded = new MLContext().Model.Load(path, out _);
            Assert.Equal(before, Lists(loaded, split.Test));

            using PredictionEngine<SmallShop.ShopperHistory, SmallShop.Recommendation> engine =
                _ml.Model.CreatePredictionEngine<SmallShop.ShopperHistory, SmallShop.Recommendation>(loaded);
            string[][] histories = [.. split.Test.GetColumn<string[]>("History")];
            for (int i = 0; i < 20; i++)
                Assert.Equal(before[i], engine.Predict(new SmallShop.ShopperHistory { History = histories[i] }).RecommendedItems);
        }
    }

    [Fact]
    public void AStreamHoldsTheWholeModel()
    {
        (ITransformer chain, SequentialRecommendationTransformer model, SequenceSplit split) = SmallShop.Train(_ml, o => o.Epochs = 2);
        using var stream = new MemoryStream();
        model.Save(stream);
        stream.Position = 0;
        using SequentialRecommendationTransformer loaded = SequentialRecommendationTransformer.Load(stream, "cpu");
        Assert.Equal(Lists(chain, split.Test), Lists(loaded, split.Test));
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(model.Training), System.Text.Json.JsonSerializer.Serialize(loaded.Training));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void AModelThatIsCutShortIsRefused(double share)
    {
        using var stream = new MemoryStream();
        SmallShop.Train(_ml, o => o.Epochs = 1).Model.Save(stream);
        using var cut = new MemoryStream(stream.ToArray()[..(int)(stream.Length * share)]);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => SequentialRecommendationTransformer.Load(cut, "cpu"));
        Assert.Contains("damaged", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelOfAnotherVersionIsRefused()
    {
        using var stream = new MemoryStream();
        SmallShop.Train(_ml, o => o.Epochs = 1).Model.Save(stream);
        byte[] bytes = stream.ToArray();
        bytes[Array.IndexOf(bytes, (byte)'1')]++; // "MlNetSeqRec model 1" becomes 2
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => SequentialRecommendationTransformer.Load(new MemoryStream(bytes), "cpu"));
        Assert.Contains("another version", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnItemsFileThatLacksItemsStillServesThem()
    {
        IDataView few = _ml.Data.LoadFromEnumerable([new SmallShop.Item { ItemId = "i0", Title = "The only title" }]);
        (_, SequentialRecommendationTransformer model, _) = SmallShop.Train(_ml, o => (o.Items, o.Epochs) = (few, 1));
        Assert.Equal(SmallShop.Items, model.Catalogue.Count);
        Assert.Equal(10, Predict(model, ["i1", "i2"]).RecommendedItems.Length);
    }

    [Fact]
    public void EightThreadsAgree()
    {
        (_, SequentialRecommendationTransformer model, SequenceSplit split) = SmallShop.Train(_ml, o => o.Epochs = 2);
        string[][] alone = Lists(model, split.Test);
        string[][][] together = new string[8][][];
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(i => new Thread(() => together[i] = Lists(model, split.Test)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.All(together, lists => Assert.Equal(alone, lists));
    }

    [Fact]
    public void RulesOfWhatMayBeRecommendedHold()
    {
        (_, SequentialRecommendationTransformer model, _) = SmallShop.Train(_ml, o => o.Epochs = 1);
        string[] history = ["i1", "i2", "i3"];
        Assert.Empty(Predict(model, history).RecommendedItems.Intersect(history));
        Assert.Equal(SmallShop.Items, Predict(model.With(new RankingOptions { Count = 100, ExcludeHistory = false }), history).RecommendedItems.Length);
        Assert.DoesNotContain("i9", Predict(model.With(new RankingOptions { Count = 100, Deny = ["i9"] }), history).RecommendedItems);
        Assert.Equal(["i7", "i8"], Predict(model.With(new RankingOptions { Allow = ["i7", "i8", "i1", "unknown"] }), history).RecommendedItems.Order());
    }

    [Theory]
    [InlineData]
    [InlineData("never", "seen")]
    public void WithoutAKnownItemPopularItemsAreGivenAndFlagged(params string[] history)
    {
        (_, SequentialRecommendationTransformer model, _) = SmallShop.Train(_ml, o => o.Epochs = 1);
        SmallShop.Recommendation next = Predict(model, history);
        Assert.True(next.IsPopularityFallback);
        Assert.Equal(model.Model.Popularity.Max(), next.Score[0]);
        Assert.False(Predict(model, ["i1"]).IsPopularityFallback);
    }

    [Fact]
    public void BatchAndModelEvaluationAgree()
    {
        (ITransformer chain, _, SequenceSplit split) = SmallShop.Train(_ml, o => o.Epochs = 2);
        SequentialRecommendationCatalog rec = _ml.SequentialRecommendation();
        SequentialRankingMetrics fromView = rec.Evaluate(chain.Transform(split.Test));
        SequentialRankingMetrics fromModel = rec.Evaluate(chain, split.Test, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(fromModel.Ndcg(10), fromView.Ndcg(10), 9);
        Assert.Equal(fromModel.Unseen.HitRate(5), fromView.Unseen.HitRate(5), 9);
        Assert.Equal(SmallShop.Items, fromView.ItemCount);
        Assert.True(rec.Evaluate(chain, split.Test, protocol: "sampled:5", cancellation: TestContext.Current.CancellationToken).HitRate(5) >= fromModel.HitRate(5));
    }

    private SmallShop.Recommendation Predict(SequentialRecommendationTransformer model, string[] history)
    {
        using PredictionEngine<SmallShop.ShopperHistory, SmallShop.Recommendation> engine =
            _ml.Model.CreatePredictionEngine<SmallShop.ShopperHistory, SmallShop.Recommendation>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return engine.Predict(new SmallShop.ShopperHistory { History = history });
    }

    private static string[][] Lists(ITransformer model, IDataView data) => [.. model.Transform(data).GetColumn<string[]>("RecommendedItems")];
}
