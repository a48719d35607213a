using Microsoft.ML;

namespace MlNetSeqRec.Tests.FineTuning;

/// <summary>
/// Shops of 40 items each, with ids of their own. In each, shoppers walk round the same ring of words that stand in the titles: what
/// is learnt of the words in one shop holds in another, and nothing else does.
/// </summary>
internal static class Shops
{
    private static readonly string[] _syllables = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe"];

    /// <summary>The word of a place on the ring, the same in all shops.</summary>
    public static string Word(int place) => _syllables[place / 8] + _syllables[4 + (place % 8)];

    /// <summary>Events of shoppers; item ids are places on the ring with a shift of the shop's own.</summary>
    public static IDataView Events(MLContext ml, int shop, int users = 120)
    {
        var random = new Random(shop);
        var events = new List<SmallShop.Event>();
        for (int u = 0; u < users; u++)
        {
            int at = random.Next(SmallShop.Items);
            int length = 5 + random.Next(6);
            for (int i = 0; i < length; i++)
            {
                events.Add(new SmallShop.Event { UserId = $"u{u}", ItemId = Id(shop, at), Timestamp = i });
                at = (at + 1 + (random.Next(5) == 0 ? 1 : 0)) % SmallShop.Items;
            }
        }

        return ml.Data.LoadFromEnumerable(events);
    }

    public static string Id(int shop, int place) => $"i{(place + (7 * shop)) % SmallShop.Items}";

    public static IDataView Items(MLContext ml, int shop, string categories = "", string prefix = "") => ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, SmallShop.Items).Select(place => new SmallShop.Item { ItemId = Id(shop, place), Title = prefix + Word(place), Categories = categories }).ToArray());

    public static SequenceSplit Split(MLContext ml, int shop, int users = 120) => ml.SequentialRecommendation().Data.LeaveOneOutSplit(Events(ml, shop, users));

    public static PreTrainingDomain Domain(MLContext ml, int shop, int users = 120, bool withText = true)
    {
        SequenceSplit split = Split(ml, shop, users);
        return new PreTrainingDomain { Name = $"shop{shop}", Train = split.Train, Items = withText ? Items(ml, shop) : null, Validation = split.Validation };
    }

    public static PreTrainingOptions PreTraining(MLContext ml, Action<SequentialTransformerOptions>? change = null)
    {
        SequentialTransformerOptions training = SmallShop.Options(ml, Split(ml, 0));
        (training.Items, training.ValidationData, training.ItemEncoding, training.Layers, training.TokenDropout) = (null, null, ItemEncoding.Text, 2, 0);
        change?.Invoke(training);
        return new PreTrainingOptions { Training = training };
    }

    /// <summary>A model of shops 0 and 1.</summary>
    public static SequentialRecommendationTransformer PreTrained(MLContext ml, Action<SequentialTransformerOptions>? change = null) =>
        ml.SequentialRecommendation().Trainers.PreTrain([Domain(ml, 0), Domain(ml, 1)], PreTraining(ml, change));

    /// <summary>Options to fine-tune on shop 2.</summary>
    public static FineTuningOptions FineTuning(MLContext ml, SequenceSplit split, Action<FineTuningOptions>? change = null)
    {
        var options = new FineTuningOptions { NewPieces = 50, EpochsPerLayer = 1 };
        SequentialTransformerOptions training = SmallShop.Options(ml, split);
        (training.Items, training.Width, training.Layers, training.Heads, training.MaximumLength) = (Items(ml, 2), 128, 2, 4, 50); // sizes as by default: those of the model
        (training.Epochs, training.TokenDropout) = (4, 0);
        options.Training = training;
        change?.Invoke(options);
        return options;
    }

    public static (ITransformer Chain, SequentialRecommendationTransformer Model, SequenceSplit Split) FineTuned(
        MLContext ml, ITransformer pretrained, Action<FineTuningOptions>? change = null, int users = 120)
    {
        SequentialRecommendationCatalog rec = ml.SequentialRecommendation();
        SequenceSplit split = Split(ml, 2, users);
        ITransformer chain = rec.Transforms.BuildSequences().Append(rec.Trainers.FineTune(pretrained, FineTuning(ml, split, change))).Fit(split.Train);
        return (chain, SequentialRecommendationCatalog.FindModel(chain), split);
    }

    /// <summary>Trains into a folder of checkpoints, and stops after an epoch.</summary>
    public static void StopAfter(int epoch, string folder, Action<Action<SequentialTransformerOptions>> train)
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => train(o => (o.CheckpointFolder, o.CancellationToken, o.Progress) = (folder, stop.Token, new Stop(epoch, stop))));
        Assert.True(File.Exists(Path.Combine(folder, "checkpoint.bin")));
    }

    private sealed class Stop(int epoch, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == epoch && value.ValidationNdcg is not null)
                source.Cancel();
        }
    }

    /// <summary>Share of shoppers whose next item is among the first five; chance is 0.125.</summary>
    public static double HitRate(MLContext ml, ITransformer model, IDataView held) => ml.SequentialRecommendation().Evaluate(model, held, [5]).HitRate(5);

    public static Dictionary<string, float[]> Weights(SequentialRecommendationTransformer model) =>
        model.Model.Network.named_parameters().ToDictionary(named => named.name, named => named.parameter.Values<float>());
}
