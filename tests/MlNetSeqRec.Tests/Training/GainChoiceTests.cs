using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.Training;

/// <summary>What the latest item adds to scores, and how much of it validation wants.</summary>
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

        // An item that came into the catalogue after training is found by its text.
        var more = new ItemCatalogue([.. with.Catalogue.Items(), ("new", new ItemText("Saga s7 volume nine", "", []))]);
        using SequentialRecommendationTransformer wider = with.WithCatalogue(more);
        int latest = more.IndexOf("7-1"), added = more.IndexOf("new");
        float gain = wider.Model.Gains!.After(latest).Single(after => after.Item == added).Gain;
        Assert.Equal(with.Model.Gains!.After(latest), wider.Model.Gains.After(latest).Where(after => after.Item != added));
        Assert.InRange(gain, 0.1 * with.Training.TextSimilarityWeight, with.Training.TextSimilarityWeight);
        using DisposeScope scope = NewDisposeScope();
        ReadOnlyMemory<int>[] history = [new[] { latest }];
        float scored = wider.Model.Ranker.Score(history).Values<float>()[added];
        TrainedModel inner = wider.Model;
        var plain = new TrainedModel(inner.Networks, null, inner.Catalogue, inner.Tokenizer, inner.Popularity, inner.Training, CPU); // its networks are the other's
        Assert.Equal(plain.Ranker.Score(history).Values<float>()[added] + gain, scored, 1e-4f);
    }

    [Fact]
    public void TheGainsAreSaved()
    {
        using SequentialRecommendationTransformer model = Train(text: true);
        using var stream = new MemoryStream();
        model.Save(stream);
        stream.Position = 0;
        using SequentialRecommendationTransformer loaded = SequentialRecommendationTransformer.Load(stream, "cpu");
        Assert.All(Enumerable.Range(0, model.Catalogue.Count), item => Assert.Equal(model.Model.Gains!.After(item), loaded.Model.Gains!.After(item)));
        Assert.Equal(model.Training.TextSimilarityWeight, loaded.Training.TextSimilarityWeight);
    }

    [Fact]
    public void GainsOfBothAddUp()
    {
        TransitionTable transitions = TransitionTable.Count([0, 1, 0, 1, 0, 2], [0, 2, 4, 6], 3);
        TextNeighbours texts = TextNeighbours.Find(new ItemTokens([0, 1, 0, 2, 3], [0, 2, 4, 5], 4))!;
        float cosine = texts.Of(0).ToArray().Single().Cosine;
        GainTable table = GainTable.Make(3, transitions, 2, texts, 4)!;
        Assert.Equal([(1, (2 * MathF.Log(3)) + (4 * cosine)), (2, 2 * MathF.Log(2))], table.After(0));
        Assert.Equal([(0, 4 * cosine)], table.After(1));
        Assert.Empty(table.After(2));
        Assert.Null(GainTable.Make(3, transitions, 0, texts, 0));
    }

    // Shoppers buy two volumes of one series after another, in any order; the network hardly learns.
    private SequentialRecommendationTransformer Train(bool text)
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
        return SequentialRecommendationCatalog.FindModel(rec.Transforms.BuildSequences().Append(rec.Trainers.SequentialTransformer(options)).Fit(split.Train));
    }
}
