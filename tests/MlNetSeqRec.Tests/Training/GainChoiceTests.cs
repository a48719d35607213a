using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.Training;

/// <summary>What the latest items add to scores, and how much of it validation wants.</summary>
public sealed class GainChoiceTests
{
    private const int Series = 30;
    private const int Volumes = 4;

    private readonly MLContext _ml = new(1);

    [Fact]
    public void LikenessOfTextsFindsWhatAnUntrainedNetworkDoesNot()
    {
        using SequentialRecommendationTransformer with = Train(text: true), without = Train(text: false);
        Assert.True(with.Training.TextSimilarityWeight > 0);
        Assert.Equal((0, 0), (without.Training.TextSimilarityWeight, without.Training.TransitionWeight));
        Assert.Null(without.Model.Gains);
        Assert.True(with.Training.ValidationNdcg > without.Training.ValidationNdcg + 0.1, $"{with.Training.ValidationNdcg} and {without.Training.ValidationNdcg}");

        // What they add by themselves is told apart from the network.
        SequentialRecommendationCatalog rec = _ml.SequentialRecommendation();
        IDataView held = Shop(text: true).Split.Validation;
        Assert.Null(rec.EvaluateLatestItems(without, held));
        Assert.True(rec.EvaluateLatestItems(with, held)!.Unseen.Ndcg(10) > without.Training.ValidationNdcg + 0.1);

        // An item that came into the catalogue after training is found by its text.
        var more = new ItemCatalogue([.. with.Catalogue.Items(), ("new", new ItemText("Saga s7 volume nine", "", []))]);
        using SequentialRecommendationTransformer wider = with.WithCatalogue(more);
        int latest = more.IndexOf("7-1"), added = more.IndexOf("new");
        float gain = (float)with.Training.TextSimilarityWeight * wider.Model.Gains!.Texts!.Of(latest).Single(pair => pair.Item == added).Value;
        Assert.Equal(with.Model.Gains!.Texts!.Of(latest), wider.Model.Gains.Texts.Of(latest).Where(pair => pair.Item != added));
        Assert.Equal((with.Model.Gains.Decay, with.Model.Gains.TextWeight), (wider.Model.Gains.Decay, wider.Model.Gains.TextWeight));
        Assert.InRange(gain, 0.1 * with.Training.TextSimilarityWeight, with.Training.TextSimilarityWeight);
        using DisposeScope scope = NewDisposeScope();
        ReadOnlyMemory<int>[] history = [new[] { latest }];
        float scored = wider.Model.Ranker.Score(history).Values<float>()[added];
        TrainedModel inner = wider.Model;
        var plain = new TrainedModel(inner.Networks, null, inner.Catalogue, inner.Tokenizer, inner.Popularity, inner.Training, CPU); // its networks are the other's
        Assert.Equal(plain.Ranker.Score(history).Values<float>()[added] + gain, scored, 1e-4f);
    }

    [Fact]
    public void ANetworkThatKnowsNothingIsOutweighed()
    {
        // Its scores go from -1,000 to 1,000.
        using SequentialRecommendationTransformer model = Train(text: true, temperature: 0.001);
        Assert.InRange(model.Training.TextSimilarityWeight, 32, 1024); // 16 is the greatest of those that are always tried
        using SequentialRecommendationTransformer without = Train(text: false, temperature: 0.001);
        Assert.True(model.Training.ValidationNdcg > without.Training.ValidationNdcg + 0.1, $"{model.Training.ValidationNdcg} and {without.Training.ValidationNdcg}");
    }

    [Fact]
    public void TheGainsAreSaved()
    {
        using SequentialRecommendationTransformer model = Train(text: true);
        using var stream = new MemoryStream();
        model.Save(stream);
        stream.Position = 0;
        using SequentialRecommendationTransformer loaded = SequentialRecommendationTransformer.Load(stream, "cpu");
        Assert.All(Enumerable.Range(0, model.Catalogue.Count), item => Assert.Equal(model.Model.Gains!.Texts!.Of(item), loaded.Model.Gains!.Texts!.Of(item)));
        Assert.Equal(model.Model.Gains! with { Texts = null }, loaded.Model.Gains! with { Texts = null });
        Assert.Equal(model.Model.Gains.Decay, (float)loaded.Training.RecencyDecay);
        Assert.Equal(model.Training.TextSimilarityWeight, loaded.Training.TextSimilarityWeight);
    }

    [Fact]
    public void OfVeryManyUsersSomeAreAskedAndTheFigureIsOfAll()
    {
        (SequentialTransformerOptions options, SequenceSplit split) = Shop(text: true);
        IDataView sequences = _ml.SequentialRecommendation().Transforms.BuildSequences().Fit(split.Train).Transform(split.Train);
        TrainingDomain domain = TrainingDomain.Read(string.Empty, sequences, options.Items, options.ValidationData, options.HistoryColumn, options.TargetColumn);
        using SequentialRecommendationTransformer model = Train(text: true);
        GainChoice few = GainChoice.Choose(model.Model.Networks, domain, model.Model.Tokenizer, options, CPU, mostUsers: 40);
        using var tokens = new TokenTable(domain.Tokens(model.Model.Tokenizer)!, CPU);
        using var validator = new Validator(model.Model.Networks, tokens, domain.Validation!, domain.Popularity, CPU);
        Assert.True(few.TextWeight > 0);
        Assert.Equal(validator.Ndcg(few.Table), few.Ndcg);
        GainTable other = few.Table! with { Decay = 0.9f, TextWeight = 1 };
        Assert.Equal([validator.Ndcg(few.Table), validator.Ndcg(other)], validator.NdcgOfEach([few.Table, other], TestContext.Current.CancellationToken));
    }

    // Shoppers buy two volumes of one series after another, in any order; the network hardly learns.
    private (SequentialTransformerOptions Options, SequenceSplit Split) Shop(bool text)
    {
        var random = new Random(3);
        SmallShop.Event[] events = [.. Enumerable.Range(0, 200).SelectMany(user =>
        {
            int[] series = [.. Enumerable.Range(0, Series).OrderBy(_ => random.Next()).Take(2)];
            return series.SelectMany(own => Enumerable.Range(0, Volumes).OrderBy(_ => random.Next()).Take(3).Select(volume => $"{own}-{volume}"))
                .Select((id, i) => new SmallShop.Event { UserId = $"u{user}", ItemId = id, Timestamp = i });
        })];
        SmallShop.Item[] items = [.. Enumerable.Range(0, Series * Volumes).Select(i => new SmallShop.Item { ItemId = $"{i / Volumes}-{i % Volumes}", Title = $"Saga s{i / Volumes} volume {i % Volumes}" })];
        SequentialRecommendationCatalog rec = _ml.SequentialRecommendation();
        SequenceSplit split = rec.Data.LeaveOneOutSplit(_ml.Data.LoadFromEnumerable(events));
        SequentialTransformerOptions options = SmallShop.Options(_ml, split);
        options.Items = _ml.Data.LoadFromEnumerable(items);
        (options.Epochs, options.LearningRate, options.ItemEncoding) = (1, 1e-6, ItemEncoding.Text);
        (options.Transitions, options.TextSimilarity) = (false, text);
        return (options, split);
    }

    private SequentialRecommendationTransformer Train(bool text, double? temperature = null)
    {
        SequentialRecommendationCatalog rec = _ml.SequentialRecommendation();
        (SequentialTransformerOptions options, SequenceSplit split) = Shop(text);
        options.Temperature = temperature ?? options.Temperature;
        return SequentialRecommendationCatalog.FindModel(rec.Transforms.BuildSequences().Append(rec.Trainers.SequentialTransformer(options)).Fit(split.Train));
    }
}
