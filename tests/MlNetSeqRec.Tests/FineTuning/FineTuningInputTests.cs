using Microsoft.ML;

namespace MlNetSeqRec.Tests.FineTuning;

/// <summary>What cannot be is refused before anything is trained, in one line that says what was expected.</summary>
public class FineTuningInputTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void AModelOfIdsIsRefused()
    {
        SequentialRecommendationTransformer ids = Shops.PreTrained(_ml, o => (o.ItemEncoding, o.Epochs) = (ItemEncoding.Id, 1));
        Refuses<ArgumentException>(ids, _ => { }, "by their ids alone");
        Assert.Contains("by their ids alone", Assert.Throws<InvalidOperationException>(() => ids.Model.WithCatalogue(ids.Catalogue, ids.Model.Popularity)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatDoesNotFitThePreTrainedModelIsRefused()
    {
        SequentialRecommendationTransformer model = Shops.PreTrained(_ml, o => o.Epochs = 1);
        Refuses<ArgumentException>(model, o => o.Training.ItemEncoding = ItemEncoding.Id, "ItemEncoding Id was asked for");
        Refuses<ArgumentException>(model, o => o.Training.Width = 256, "Width 256 was asked for, and the pre-trained model has 16");
        Refuses<ArgumentException>(model, o => o.Training.Layers = 3, "Layers 3 was asked for, and the pre-trained model has 2");
        Refuses<ArgumentException>(model, o => (o.Strategy, o.UnfreezeLayers) = (FineTuningStrategy.Progressive, 5), "UnfreezeLayers is 5, and the pre-trained model has 2 layers");
        Refuses<ArgumentException>(model, o => (o.Strategy, o.EpochsPerLayer) = (FineTuningStrategy.Progressive, 2), "takes 4 epochs");
        Refuses<ArgumentException>(model, o => o.ElasticWeightConsolidation = 1, "needs the Fisher information");
        Refuses<ArgumentOutOfRangeException>(model, o => o.LayerDecay = 0, "LayerDecay");
        Refuses<InvalidDataException>(model, o => o.Training.Items = null, "needs text");
        Refuses<InvalidDataException>(model, o => (o.Training.Items, o.Strategy) = (null, FineTuningStrategy.None), "needs text");
    }

    [Fact]
    public void FisherInformationOfAnotherModelIsRefused()
    {
        SequentialRecommendationTransformer model = Shops.PreTrained(_ml, o => o.Epochs = 1), other = Shops.PreTrained(_ml, o => (o.Epochs, o.Seed) = (1, 2));
        FisherInformation fisher = _ml.SequentialRecommendation().Trainers.EstimateFisher(other, [Shops.Domain(_ml, 0)], 3);
        Refuses<ArgumentException>(model, o => (o.ElasticWeightConsolidation, o.Fisher) = (1, fisher), "of another model");
    }

    [Fact]
    public void ACheckpointOfARunFromAnotherModelIsRefused()
    {
        using var folder = new Data.TemporaryFolder();
        SequentialRecommendationTransformer model = Shops.PreTrained(_ml, o => o.Epochs = 1), other = Shops.PreTrained(_ml, o => (o.Epochs, o.Seed) = (1, 2));
        Shops.StopAfter(1, folder.Root, into => Shops.FineTuned(_ml, model, o => into(o.Training)));
        Refuses<InvalidDataException>(other, o => (o.Training.CheckpointFolder, o.Training.Resume) = (folder.Root, true), "from model");
        Assert.Equal(4, Shops.FineTuned(_ml, model, o => (o.Training.CheckpointFolder, o.Training.Resume) = (folder.Root, true)).Model.Training.Epochs);
    }

    [Fact]
    public void AFisherFileThatIsNoneIsRefused()
    {
        using var folder = new Data.TemporaryFolder();
        Assert.Contains("seqrec fisher", Assert.Throws<FileNotFoundException>(() => FisherInformation.Load(folder["none"])).Message, StringComparison.Ordinal);
        Assert.Contains("is not Fisher information", Assert.Throws<InvalidDataException>(() => FisherInformation.Load(folder.Write("text", "something else"))).Message, StringComparison.Ordinal);
        SequentialRecommendationTransformer model = Shops.PreTrained(_ml, o => o.Epochs = 1);
        _ml.SequentialRecommendation().Trainers.EstimateFisher(model, [Shops.Domain(_ml, 0)], 2).Save(folder["fisher"]);
        byte[] whole = File.ReadAllBytes(folder["fisher"]);
        File.WriteAllBytes(folder["cut"], whole[..(whole.Length / 2)]);
        Assert.Throws<InvalidDataException>(() => FisherInformation.Load(folder["cut"]));
    }

    private void Refuses<T>(ITransformer model, Action<FineTuningOptions> change, string said)
        where T : Exception =>
        Assert.Contains(said, Assert.Throws<T>(() => Shops.FineTuned(_ml, model, change)).Message, StringComparison.Ordinal);
}
