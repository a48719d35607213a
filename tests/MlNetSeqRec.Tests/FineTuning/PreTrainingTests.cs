using Microsoft.ML;
using TorchSharp;

namespace MlNetSeqRec.Tests.FineTuning;

public class PreTrainingTests
{
    private readonly MLContext _ml = new(1);

    [Theory]
    [InlineData(ItemEncoding.Text, 0, false)]
    [InlineData(ItemEncoding.IdAndText, 0, false)]
    [InlineData(ItemEncoding.IdAndText, 20, false)]
    [InlineData(ItemEncoding.Id, 0, true)]
    [InlineData(ItemEncoding.Text, 20, true)]
    public void EachDomainIsLearnt(ItemEncoding encoding, int negatives, bool fromAll)
    {
        PreTrainingOptions options = Shops.PreTraining(_ml, o => (o.ItemEncoding, o.Negatives) = (encoding, negatives));
        options.NegativesFromAllDomains = fromAll;
        SequentialRecommendationTransformer model = _ml.SequentialRecommendation().Trainers.PreTrain([Shops.Domain(_ml, 0), Shops.Domain(_ml, 1, users: 60)], options);

        Assert.Equal(2 * SmallShop.Items, model.Catalogue.Count);
        Assert.Equal(SmallShop.Items + 3, model.Catalogue.IndexOf($"shop1/{Shops.Id(1, 3)}"));
        TrainingEpoch best = model.Training.History[model.Training.BestEpoch - 1];
        Assert.Equal(["shop0", "shop1"], best.DomainNdcg!.Keys.Order());
        Assert.Equal(best.DomainNdcg.Values.Average(), model.Training.ValidationNdcg!.Value, 9);
        Assert.All(best.DomainNdcg.Values, ndcg => Assert.True(ndcg > 0.35, $"NDCG@10 {ndcg}; chance is 0.11"));
    }

    [Fact]
    public void AStepLeavesTheIdsOfOtherDomainsAlone()
    {
        var options = new SequentialTransformerOptions { WeightDecay = 0, Seed = 1 };
        var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Id, Items = 12, TokenRows = 0, Width = 8, Layers = 1, Heads = 1, MaximumLength = 4, Dropout = 0, TokenDropout = 0 });
        using FullSoftmaxLoss first = new(5, 10_000), second = new(7, 10_000);
        using var step = new TrainingStep(network, [new StepCatalogue(new ItemRange(0, 5), null, first), new StepCatalogue(new ItemRange(5, 7), null, second)], options, false, torch.CPU);
        var histories = new EncodedHistories([0, 1, 6, 2], [0, 4], null);
        float[] before = network.ItemEncoder.IdTable!.Values<float>();
        var data = new StepData { Domain = 1 };
        data.Fill(histories, [new SequenceWindow(0, 4)], RankShare.Whole, 0, 1, null, null);
        using torch.Tensor loss = torch.zeros(1, dtype: torch.ScalarType.Float64);
        step.Run(data, 0.01, loss);
        float[] after = network.ItemEncoder.IdTable!.Values<float>();
        Assert.Equal(before[..40], after[..40]);
        Assert.All(Enumerable.Range(5, 7), item => Assert.NotEqual(before[(item * 8)..((item + 1) * 8)], after[(item * 8)..((item + 1) * 8)]));
        Assert.InRange(loss.item<double>() / 3, Math.Log(7) - 0.2, Math.Log(7) + 0.2); // among the seven items of its domain
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0)]
    public void DomainsShareTheBatchesByTheirSizeToThePower(double exponent)
    {
        EncodedHistories large = Histories(64), small = Histories(4);
        BatchPlan plan = BatchPlan.Make([large, small], 5, 20, exponent); // 16 batches and 1
        IReadOnlyList<Batch> batches = plan.Epoch(new Random(1));
        int ofSmall = batches.Count(batch => batch.Domain == 1);
        Assert.Equal(exponent switch { 1 => 1, 0.5 => 3, _ => 8 }, ofSmall);
        Assert.Equal(exponent switch { 1 => 16, 0.5 => 14, _ => 8 }, batches.Count - ofSmall);
        Assert.Equal(batches.Sum(batch => batch.Windows.Sum(window => (long)window.Length - 1)), plan.Targets);
        Assert.Equal(batches.Where(batch => batch.Domain == 0).SelectMany(batch => batch.Windows).Distinct().Count(), batches.Where(batch => batch.Domain == 0).Sum(batch => batch.Windows.Length));
        Assert.NotEqual(batches.Select(batch => batch.Domain).Order(), batches.Select(batch => batch.Domain)); // mixed

        static EncodedHistories Histories(int count) => new([.. Enumerable.Range(0, count * 6)], [.. Enumerable.Range(0, count + 1).Select(i => 6L * i)], null);
    }

    [Fact]
    public void TheSameSeedGivesTheSameModelAlsoWhenResumed()
    {
        using var folder = new Data.TemporaryFolder();
        Dictionary<string, float[]> first = Shops.Weights(Shops.PreTrained(_ml, o => o.Epochs = 3));
        Shops.StopAfter(2, folder.Root, into => Shops.PreTrained(_ml, o =>
        {
            o.Epochs = 3;
            into(o);
        }));
        Dictionary<string, float[]> resumed = Shops.Weights(Shops.PreTrained(_ml, o => (o.Epochs, o.CheckpointFolder, o.Resume) = (3, folder.Root, true)));
        Assert.All(first, pair => Assert.Equal(pair.Value, resumed[pair.Key]));
    }

    [Fact]
    public void ASingleDomainKeepsItsIds() =>
        Assert.Equal(0, _ml.SequentialRecommendation().Trainers.PreTrain([Shops.Domain(_ml, 0)], Shops.PreTraining(_ml, o => o.Epochs = 1)).Catalogue.IndexOf("i0"));

    [Fact]
    public void ADomainWithoutTextIsNamed()
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => PreTrain(Shops.Domain(_ml, 0), Shops.Domain(_ml, 1, withText: false)));
        Assert.Contains("'shop1'", e.Message, StringComparison.Ordinal);
        Assert.Contains("needs text", e.Message, StringComparison.Ordinal);
        PreTrainingOptions auto = Shops.PreTraining(_ml, o => o.ItemEncoding = ItemEncoding.Auto);
        e = Assert.Throws<InvalidDataException>(() => _ml.SequentialRecommendation().Trainers.PreTrain([Shops.Domain(_ml, 0), Shops.Domain(_ml, 1, withText: false)], auto));
        Assert.Contains("Domain 'shop1' has no text", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADomainWithNothingToLearnFromIsNamed()
    {
        var lonely = new PreTrainingDomain { Name = "lonely", Train = _ml.Data.LoadFromEnumerable([new SmallShop.Event { UserId = "a", ItemId = "i1" }]), Items = Shops.Items(_ml, 0) };
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => PreTrain(Shops.Domain(_ml, 0), lonely));
        Assert.Contains("Domain 'lonely'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DomainsMustBeThereAndDiffer()
    {
        Assert.Throws<ArgumentException>(() => PreTrain());
        ArgumentException e = Assert.Throws<ArgumentException>(() => PreTrain(Shops.Domain(_ml, 0), Shops.Domain(_ml, 0)));
        Assert.Contains("'shop0'", e.Message, StringComparison.Ordinal);
    }

    private void PreTrain(params PreTrainingDomain[] domains) => _ml.SequentialRecommendation().Trainers.PreTrain(domains, Shops.PreTraining(_ml, o => o.Epochs = 1));
}
