using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Tests.FineTuning;

/// <summary>A model of two shops goes on to a third: what each strategy trains, and what carries over.</summary>
public class FineTuningTests(FineTuningTests.PreTrained shared) : IClassFixture<FineTuningTests.PreTrained>
{
    private readonly MLContext _ml = new(1);
    private readonly SequentialRecommendationTransformer _pretrained = shared.Model;

    [Fact]
    public void WithoutTrainingANewCatalogueIsRankedByItsText()
    {
        (ITransformer chain, SequentialRecommendationTransformer model, SequenceSplit split) = Shops.FineTuned(_ml, _pretrained, o => o.Strategy = FineTuningStrategy.None);
        Assert.True(Shops.HitRate(_ml, chain, split.Test) > 0.6, $"HR@5 {Shops.HitRate(_ml, chain, split.Test)}; chance is 0.125");
        Assert.Equal(0, model.Training.Epochs);
        Assert.InRange(model.Training.ValidationNdcg!.Value, 0.3, 1);
        Assert.Equal(SmallShop.Items, model.Catalogue.Count);
    }

    [Fact]
    public void WithoutTrainingWhatTheLatestItemsAddIsChosenAsAfterOne()
    {
        // Other titles, so that the network knows little of the items.
        (_, SequentialRecommendationTransformer with, SequenceSplit split) = Shops.FineTuned(
            _ml, _pretrained, o => (o.Strategy, o.Training.Items) = (FineTuningStrategy.None, Shops.Items(_ml, 2, prefix: "other ")));
        (_, SequentialRecommendationTransformer alone, _) = Shops.FineTuned(_ml, _pretrained, o =>
            (o.Strategy, o.Training.Items, o.Training.Transitions, o.Training.TextSimilarity) = (FineTuningStrategy.None, Shops.Items(_ml, 2, prefix: "other "), false, false));
        Assert.Null(alone.Model.Gains);
        Assert.True(with.Training.TransitionWeight > 0);
        Assert.True(with.Training.ValidationNdcg > alone.Training.ValidationNdcg, $"{with.Training.ValidationNdcg} and {alone.Training.ValidationNdcg}");
        Assert.All([with, alone], one => Assert.Equal(
            one.Training.ValidationNdcg!.Value, _ml.SequentialRecommendation().Evaluate(one, split.Validation, [10], cancellation: TestContext.Current.CancellationToken).Unseen.Ndcg(10), 6));
    }

    [Fact]
    public void AFewShoppersAreEnoughAfterPreTraining()
    {
        (ITransformer tuned, _, SequenceSplit split) = Shops.FineTuned(_ml, _pretrained, users: 12);
        SequentialRecommendationCatalog rec = _ml.SequentialRecommendation();
        SequentialTransformerOptions options = Shops.PreTraining(_ml).Training;
        (options.Items, options.ValidationData, options.Epochs) = (Shops.Items(_ml, 2), split.Validation, 4);
        ITransformer scratch = rec.Transforms.BuildSequences().Append(rec.Trainers.SequentialTransformer(options)).Fit(split.Train);
        IDataView test = Shops.Split(_ml, 2).Test;
        (double after, double without) = (Shops.HitRate(_ml, tuned, test), Shops.HitRate(_ml, scratch, test));
        Assert.True(after > without + 0.2, $"HR@5 {after} after pre-training and {without} from scratch");
    }

    [Theory]
    [InlineData(FineTuningStrategy.Full, ItemEncoding.Auto)]
    [InlineData(FineTuningStrategy.Full, ItemEncoding.IdAndText)]
    [InlineData(FineTuningStrategy.Embeddings, ItemEncoding.IdAndText)]
    [InlineData(FineTuningStrategy.Progressive, ItemEncoding.IdAndText)]
    public void EachStrategyLearnsAndLeavesThePreTrainedModelAsItWas(FineTuningStrategy strategy, ItemEncoding encoding)
    {
        Dictionary<string, float[]> before = Shops.Weights(_pretrained);
        (ITransformer chain, SequentialRecommendationTransformer model, SequenceSplit split) = Shops.FineTuned(_ml, _pretrained, o => (o.Strategy, o.Training.ItemEncoding, o.Training.Transitions, o.Training.TextSimilarity, o.Rescale) = (strategy, encoding, false, false, false));
        Assert.True(Shops.HitRate(_ml, chain, split.Test) > 0.6, $"HR@5 {Shops.HitRate(_ml, chain, split.Test)}");
        Assert.All(before, pair => Assert.Equal(pair.Value, Shops.Weights(_pretrained)[pair.Key]));

        // The kept weights are those of the best epoch, and their figure is that of the model that was given.
        Assert.Equal(model.Training.History.Max(epoch => epoch.ValidationNdcg), model.Training.ValidationNdcg);
        Assert.Equal(model.Training.ValidationNdcg!.Value, _ml.SequentialRecommendation().Evaluate(model, split.Validation, [10], cancellation: TestContext.Current.CancellationToken).Unseen.Ndcg(10), 6);

        // All parameters count, frozen or not, and each stage sees all of the training data once an epoch.
        Assert.Equal(model.Model.Network.ParameterCount, model.Training.Parameters);
        Assert.Equal(TargetsOf(split.Train), model.Training.TargetsPerEpoch);
        Assert.Equal(120, _ml.SequentialRecommendation().Evaluate(model, split.Test, [5], cancellation: TestContext.Current.CancellationToken).UserCount);

        Dictionary<string, float[]> after = Shops.Weights(model);
        string[] moved = [.. after.Keys.Where(name => before.TryGetValue(name, out float[]? old) && name != ParameterNames.Tokens && !old.SequenceEqual(after[name]))];
        if (strategy == FineTuningStrategy.Embeddings)
            Assert.All(moved, name => Assert.StartsWith("ItemEncoder.adapter", name, StringComparison.Ordinal));
        else
            Assert.Contains("SequenceEncoder.blocks.1.queryKeyValue.weight", moved);
        if (encoding == ItemEncoding.IdAndText)
            Assert.Contains(after[ParameterNames.Ids], value => value != 0);
    }

    [Fact]
    public void PopularityIsThatOfTheTrainingPartAlone()
    {
        (_, SequentialRecommendationTransformer model, SequenceSplit split) = Shops.FineTuned(_ml, _pretrained, o => o.Training.Epochs = 1, users: 12);
        int[] expected = new int[model.Catalogue.Count];
        foreach (string item in split.Train.GetColumn<string>("ItemId"))
            expected[model.Catalogue.IndexOf(item)]++;
        Assert.Equal(expected, model.Model.Popularity);
        Assert.Contains(split.Test.GetColumn<string>("Target"), target => model.Model.Popularity[model.Catalogue.IndexOf(target)] == 0);
    }

    [Fact]
    public void ATrainingPartSmallerThanABatchIsOneStepAnEpochAndSaysSo()
    {
        var notes = new Notes();
        (_, SequentialRecommendationTransformer model, SequenceSplit split) = Shops.FineTuned(_ml, _pretrained, o => (o.Training.PositionsPerBatch, o.Training.Epochs, o.Training.Progress) = (4096, 2, notes), users: 3);
        Assert.Contains("less than one batch", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Equal(TargetsOf(split.Train), model.Training.TargetsPerEpoch);
        Assert.NotEqual(Shops.Weights(_pretrained)["SequenceEncoder.outputNorm.weight"], Shops.Weights(model)["SequenceEncoder.outputNorm.weight"]);
    }

    [Fact]
    public void ItemsWithoutTextStayInTheCatalogue()
    {
        (_, SequentialRecommendationTransformer model, _) = Shops.FineTuned(_ml, _pretrained, o =>
        {
            o.Training.Items = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(place => new SmallShop.Item { ItemId = Shops.Id(2, place), Title = Shops.Word(place) }).ToArray());
            o.Training.Epochs = 1;
        });
        Assert.Equal(SmallShop.Items, model.Catalogue.Count);
    }

    [Fact]
    public void AModelThatWasFineTunedSavesAndLoadsLikeAnyOther()
    {
        using var folder = new Data.TemporaryFolder();
        (ITransformer chain, SequentialRecommendationTransformer model, SequenceSplit split) = Shops.FineTuned(_ml, _pretrained, o => (o.Training.ItemEncoding, o.Training.Epochs) = (ItemEncoding.IdAndText, 1));
        _ml.Model.Save(chain, split.Train.Schema, folder["model.zip"]);
        ITransformer loaded = new MLContext().Model.Load(folder["model.zip"], out _);
        Assert.Equal(Lists(chain), Lists(loaded));

        // And is pre-trained for the next: items that it knows keep their ids' vectors.
        FineTuningOptions again = Shops.FineTuning(_ml, split, o => (o.Training.Epochs, o.Training.LearningRate, o.Rescale) = (1, 1e-9, false));
        var next = (SequentialRecommendationTransformer)_ml.SequentialRecommendation().Trainers.FineTune(loaded, again).Fit(_ml.SequentialRecommendation().Transforms.BuildSequences().Fit(split.Train).Transform(split.Train));
        Assert.All(Shops.Weights(model)[ParameterNames.Ids].Zip(Shops.Weights(next)[ParameterNames.Ids]), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));

        string[][] Lists(ITransformer transformer) => [.. transformer.Transform(split.Test).GetColumn<string[]>("RecommendedItems")];
    }

    [Fact]
    public void ItComposesWithKeysLikeAnyTrainer()
    {
        SequentialRecommendationCatalog rec = _ml.SequentialRecommendation();
        SequenceSplit split = Shops.Split(_ml, 2);
        var chain = rec.Transforms.BuildSequences()
            .Append(_ml.Transforms.Conversion.MapValueToKey("History"))
            .Append(rec.Trainers.FineTune(_pretrained, Shops.FineTuning(_ml, split, o => (o.Training.ValidationData, o.Training.Epochs) = (null, 1))))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("RecommendedItems"))
            .Fit(split.Train);
        Assert.All(chain.Transform(split.Test).GetColumn<string[]>("RecommendedItems"), items => Assert.Equal(10, items.Length));
    }

    private static long TargetsOf(IDataView train) => train.GetColumn<string>("UserId").GroupBy(user => user).Sum(events => events.Count() - 1L);

    private sealed class Notes : List<string>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Note is not null)
                Add(value.Note);
        }
    }

    public sealed class PreTrained
    {
        public SequentialRecommendationTransformer Model { get; } = Shops.PreTrained(new MLContext(1));
    }
}
