using Microsoft.ML;
using TorchSharp;

namespace MlNetSeqRec.Tests.Training;

public class TrainingTests
{
    private readonly MLContext _ml = new(1);

    [Theory]
    [InlineData(ItemEncoding.Id)]
    [InlineData(ItemEncoding.Text)]
    [InlineData(ItemEncoding.IdAndText)]
    public void LearnsToFollowTheRing(ItemEncoding encoding)
    {
        (ITransformer chain, _, SequenceSplit split) = SmallShop.Train(_ml, o => o.ItemEncoding = encoding);
        SequentialRankingMetrics metrics = _ml.SequentialRecommendation().Evaluate(chain.Transform(split.Test), [1, 5]);
        Assert.Equal(150, metrics.UserCount);
        Assert.True(metrics.HitRate(5) > 0.6, $"HR@5 {metrics.HitRate(5)}; chance is 0.125");
    }

    [Theory]
    [InlineData(NegativeSampling.Popularity)]
    [InlineData(NegativeSampling.Uniform)]
    [InlineData(NegativeSampling.Mixed)]
    [InlineData(NegativeSampling.LogPopularity)]
    [InlineData(NegativeSampling.CoCounts)]
    [InlineData(NegativeSampling.Nearest)]
    public void LearnsFromDrawnNegatives(NegativeSampling sampling)
    {
        (ITransformer chain, _, SequenceSplit split) = SmallShop.Train(_ml, o => (o.Negatives, o.NegativeSampling, o.NearestPool, o.NearestDiscard) = (20, sampling, 10, 3));
        Assert.True(_ml.SequentialRecommendation().Evaluate(chain.Transform(split.Test), [5]).HitRate(5) > 0.6);
    }

    [Fact]
    public void TheSameSeedGivesTheSameModel()
    {
        byte[] first = Bytes(SmallShop.Train(_ml, o => o.Seed = 3).Model);
        Assert.Equal(first, Bytes(SmallShop.Train(_ml, o => o.Seed = 3).Model));
        Assert.NotEqual(first, Bytes(SmallShop.Train(_ml, o => o.Seed = 4).Model));
    }

    [Fact]
    public void AGivenTokenizerIsUsedAndSaved()
    {
        var same = ItemTokenizer.Learn([SmallShop.Catalogue(_ml)], 200);
        Assert.Equal(Bytes(SmallShop.Train(_ml).Model), Bytes(SmallShop.Train(_ml, o => o.Tokenizer = same).Model));
        var larger = ItemTokenizer.Learn([SmallShop.Catalogue(_ml), _ml.Data.LoadFromEnumerable(Titles.All.Select(title => new SmallShop.Item { ItemId = "x", Title = title }))], 300);
        Assert.Contains("花", larger.Vocabulary.Pieces.Select(BytePairVocabulary.WithoutPrefix));
        Assert.NotEqual(Bytes(SmallShop.Train(_ml).Model), Bytes(SmallShop.Train(_ml, o => o.Tokenizer = larger).Model));
    }

    [Fact]
    public void AResumedRunEndsLikeAnUnbrokenOne()
    {
        using var folder = new Data.TemporaryFolder();
        byte[] unbroken = Bytes(SmallShop.Train(_ml).Model);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => SmallShop.Train(_ml, o =>
        {
            o.CheckpointFolder = folder.Root;
            o.CancellationToken = stop.Token;
            o.Progress = new StopAfter(5, stop);
        }));
        byte[] resumed = Bytes(SmallShop.Train(_ml, o => (o.CheckpointFolder, o.Resume) = (folder.Root, true)).Model);
        Assert.Equal(unbroken, resumed);
    }

    [Fact]
    public void BFloat16OnACpuIsRefused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => SmallShop.Train(_ml, o => (o.Device, o.Precision) = ("cpu", TrainingPrecision.BFloat16)));
        Assert.Contains("needs a GPU", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatAnotherTrainingUsesIsRefused()
    {
        using var folder = new Data.TemporaryFolder();
        using var other = new Checkpoint(folder.Root, "other");
        IOException e = Assert.Throws<IOException>(() => SmallShop.Train(_ml, o => o.CheckpointFolder = folder.Root));
        Assert.Contains("another training", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunThatRanOutOfTimeGoesOnWithMore()
    {
        using var folder = new Data.TemporaryFolder();
        byte[] unbroken = Bytes(SmallShop.Train(_ml).Model);
        TrainingSummary cut = SmallShop.Train(_ml, o => (o.CheckpointFolder, o.TimeLimit) = (folder.Root, TimeSpan.FromSeconds(0.001))).Model.Training;
        Assert.Equal("time limit", cut.Ended);
        SequentialRecommendationTransformer whole = SmallShop.Train(_ml, o => (o.CheckpointFolder, o.Resume) = (folder.Root, true)).Model;
        Assert.Equal(unbroken, Bytes(whole));
    }

    [Fact]
    public void ACheckpointOfAnotherRunIsRefused()
    {
        using var folder = new Data.TemporaryFolder();
        SmallShop.Train(_ml, o => o.CheckpointFolder = folder.Root);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => SmallShop.Train(_ml, o => (o.CheckpointFolder, o.Resume, o.Width) = (folder.Root, true, 32)));
        Assert.Contains("another run", e.Message, StringComparison.Ordinal);
        Assert.Contains("Here: Width = 32", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALossThatIsNotANumberSaysWhatToLower()
    {
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => SmallShop.Train(_ml, o => (o.LearningRate, o.WarmUpSteps, o.GradientClipping) = (1e30, 0, 0)));
        Assert.Contains("LearningRate", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALossThatStopsBeingANumberKeepsTheBestWeights()
    {
        long[] offsets = [.. Enumerable.Range(0, 21).Select(i => (long)i * 5)];
        int[] items = [.. Enumerable.Range(0, 100).Select(i => i % 10)];
        var histories = new EncodedHistories(items, offsets, null);
        var validation = new EncodedHistories(items, offsets, [.. Enumerable.Range(0, 20).Select(i => i * 5 % 10)]);
        var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Id, Items = 10, TokenRows = 0, Width = 8, Layers = 1, Heads = 1, MaximumLength = 4, Dropout = 0, TokenDropout = 0 });
        var options = new SequentialTransformerOptions
        {
            Progress = new Each(p =>
            {
                if (p.Epoch == 2)
                    network.SequenceEncoder.parameters().First().detach().fill_(float.NaN);
            }),
        };
        var validator = new Validator([network], null, validation, histories.CountItems(10), torch.CPU);
        using var loss = new FullSoftmaxLoss(10, 10_000);
        using var step = new TrainingStep(network, null, loss, options, false, torch.CPU);
        using var loop = new TrainingLoop(network, validator, BatchPlan.Make(histories, 4, 64), new StepProducer(histories, null, null, int.MaxValue), step, options, "test", torch.CPU);
        TrainingSummary summary = loop.Run();
        Assert.Contains("lower LearningRate", summary.Ended, StringComparison.Ordinal);
        Assert.InRange(summary.BestEpoch, 1, 2);
        Assert.All(network.parameters(), parameter => Assert.True(parameter.isfinite().all().item<bool>()));
    }

    [Fact]
    public void AValidationOfScoresThatAreNotNumbersIsNoFigure()
    {
        var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Id, Items = 10, TokenRows = 0, Width = 8, Layers = 1, Heads = 1, MaximumLength = 4, Dropout = 0, TokenDropout = 0 });
        var validation = new EncodedHistories([1, 2, 3, 4], [0, 2, 4], [5, 6]);
        var validator = new Validator([network], null, validation, new int[10], torch.CPU);
        Assert.InRange(validator.Ndcg(), 0, 1);
        network.SequenceEncoder.parameters().First().detach().fill_(float.NaN);
        Assert.Equal(double.NaN, validator.Ndcg());
    }

    [Fact]
    public void TheNumberOfLiveTensorsDoesNotGrow()
    {
        var counts = new List<long>();
        SmallShop.Train(_ml, o => (o.Epochs, o.Progress) = (8, new Each(_ => counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount))));
        Assert.Equal(counts[3], counts[^1]);
    }

    [Fact]
    public void HistoriesOfOneItemAreNothingToLearnFrom()
    {
        IDataView events = _ml.Data.LoadFromEnumerable([new SmallShop.Event { UserId = "a", ItemId = "x" }, new SmallShop.Event { UserId = "b", ItemId = "y" }]);
        SequentialRecommendationCatalog rec = _ml.SequentialRecommendation();
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => rec.Transforms.BuildSequences().Append(rec.Trainers.SequentialTransformer(epochs: 1)).Fit(events));
        Assert.Contains("none of the 2 histories has two items", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextWithoutAnyTextIsRefused()
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => SmallShop.Train(_ml, o => (o.Items, o.ItemEncoding) = (null, ItemEncoding.Text)));
        Assert.Contains("needs text", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CudaWhereThereIsNoneIsRefused()
    {
        if (torch.cuda.is_available())
            Assert.Skip("there is a CUDA device here");
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => SmallShop.Train(_ml, o => o.Device = "cuda"));
        Assert.Contains("finds no CUDA device", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", null)]
    [InlineData("cpu", -1)]
    [InlineData("cuda", 0)]
    [InlineData("cuda:3", 3)]
    public void AContextIsToldItsDevice(string device, int? gpu)
    {
        _ml.UseDevice(device);
        Assert.Equal((gpu, device == "auto"), (_ml.GpuDeviceId, _ml.FallbackToCpu));
        Assert.Contains("There is no device 'gpu'", Assert.Throws<ArgumentException>(() => _ml.UseDevice("gpu")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AColumnOfTheWrongTypeIsNamed()
    {
        IDataView wrong = _ml.Data.LoadFromEnumerable([new { History = new float[] { 1, 2 } }]);
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.SequentialRecommendation().Trainers.SequentialTransformer(epochs: 1).Fit(wrong));
        Assert.Contains("'History'", e.Message, StringComparison.Ordinal);
        Assert.Contains("Vector<Single", e.Message, StringComparison.Ordinal);
    }

    internal static byte[] Bytes(SequentialRecommendationTransformer model)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Weights.Write(writer, model.Model.Network);
        return stream.ToArray();
    }

    private sealed class Each(Action<TrainingProgress> act) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.ValidationNdcg is not null)
                act(value);
        }
    }

    private sealed class StopAfter(int epoch, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == epoch && value.ValidationNdcg is not null)
                source.Cancel();
        }
    }
}
