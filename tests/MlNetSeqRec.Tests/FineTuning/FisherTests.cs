using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.FineTuning;

/// <summary>Elastic weight consolidation: the Fisher information against plain autograd, and what it holds.</summary>
public class FisherTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void ItIsTheMeanOfSquaredGradientsOfSingleHistoriesWithoutDropout()
    {
        SequentialRecommendationTransformer model = Shops.PreTrained(_ml, o => (o.Epochs, o.Dropout, o.TokenDropout) = (1, 0.5, 0.3));
        PreTrainingDomain domain = Shops.Domain(_ml, 1, users: 4);
        FisherInformation fisher = _ml.SequentialRecommendation().Trainers.EstimateFisher(model, [domain], examples: 100);
        Assert.Equal(4, fisher.Examples); // all that there are: what is divided by is what was used

        SequentialNetwork network = model.Model.WithCatalogue(ItemCatalogue.FromDataView(domain.Items!), new int[SmallShop.Items]).Network;
        network.eval();
        ItemCatalogue catalogue = ItemCatalogue.FromDataView(domain.Items!);
        ItemTokens tokens = model.Model.Tokenizer!.Tokenize(catalogue);
        Dictionary<string, Tensor> squares = [];
        long targets = 0;
        foreach (IGrouping<string, string> user in Users(domain.Train))
        {
            long[] events = [.. user.Select(id => (long)catalogue.IndexOf(id))];
            Tensor items = network.ItemEncoder.Adapt(Counts(tokens).mm(network.ItemEncoder.TokenVectors!) * network.ItemEncoder.PoolingScale(new TokenTable(tokens, CPU).All.Counts));
            Tensor states = network.Encode(items, tensor(events[..^1]).unsqueeze(0), arange(events.Length - 2, -1, -1, ScalarType.Int64).unsqueeze(0))[0];
            foreach (Parameter parameter in network.parameters())
                parameter.grad = null;
            nn.functional.cross_entropy(states.mm(Similarity.Compared(items, network.Shape.Temperature).t()), tensor(events[1..]), reduction: nn.Reduction.Sum).backward();
            foreach ((string name, Parameter parameter) in network.named_parameters())
                squares[name] = squares.GetValueOrDefault(name, zeros_like(parameter, requires_grad: false)) + parameter.grad!.pow(2);
            targets += events.Length - 1;
        }

        Assert.Equal(targets, fisher.Targets);
        foreach ((string name, Tensor sum) in squares)
        {
            float[] expected = (sum / targets).Values<float>();
            Assert.Contains(expected, value => value > 1e-6);
            Assert.All(expected.Zip(fisher.Of(name).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f + (1e-2f * pair.First)));
        }
    }

    [Fact]
    public void ItIsSavedAndReadAgain()
    {
        using var folder = new Data.TemporaryFolder();
        SequentialRecommendationTransformer model = Shops.PreTrained(_ml, o => o.Epochs = 1);
        FisherInformation fisher = _ml.SequentialRecommendation().Trainers.EstimateFisher(model, [Shops.Domain(_ml, 0), Shops.Domain(_ml, 1)], examples: 6);
        Assert.Equal(6, fisher.Examples);
        fisher.Save(folder["fisher"]);
        FisherInformation read = FisherInformation.Load(folder["fisher"]);
        Assert.Equal((fisher.Examples, fisher.Targets), (read.Examples, read.Targets));
        Assert.All(Shops.Weights(model).Keys, name => Assert.Equal(fisher.Of(name).ToArray(), read.Of(name).ToArray()));
        read.CheckFits(model.Model);
    }

    [Fact]
    public void ThePenaltyAddsItsGradient()
    {
        Tensor value = tensor(new[] { 1f, 2, 3 }), gradient = tensor(new[] { 0.5f, 0.5f, 0.5f }), other = ones(2);
        using var anchor = new WeightAnchor(10, [new(value, tensor(new[] { 0f, 1, 2 }), tensor(new[] { 0f, 1.5f, 3 })), null]);
        anchor.AddTo([gradient, other]);
        Assert.Equal([0.5f, 0.5f + (10 * 1 * 0.5f), 0.5f], gradient.Values<float>());
        Assert.Equal([1f, 1], other.Values<float>());
    }

    [Fact]
    public void TheStrongerTheLessTheWeightsMoveAndFrozenOnesDoNotMind()
    {
        SequentialRecommendationTransformer model = Shops.PreTrained(_ml);
        FisherInformation fisher = _ml.SequentialRecommendation().Trainers.EstimateFisher(model, [Shops.Domain(_ml, 0), Shops.Domain(_ml, 1)], examples: 20);
        double[] moved = [.. new[] { 0.0, 10, 10_000 }.Select(strength => Moved(Tuned(strength, FineTuningStrategy.Full)))];
        Assert.True(moved[0] > moved[1] && moved[1] > moved[2], string.Join(", ", moved));
        Assert.Equal(0, Moved(Tuned(10, FineTuningStrategy.Embeddings)));

        SequentialRecommendationTransformer Tuned(double strength, FineTuningStrategy strategy) => Shops.FineTuned(
            _ml, model, o => (o.ElasticWeightConsolidation, o.Fisher, o.Strategy, o.Training.ValidationData) = (strength, strength == 0 ? null : fisher, strategy, null)).Model;

        // By the Fisher information, of the blocks alone, whose weights correspond one to one.
        double Moved(SequentialRecommendationTransformer tuned)
        {
            Dictionary<string, float[]> before = Shops.Weights(model), after = Shops.Weights(tuned);
            return before.Keys.Where(name => ParameterNames.BlockOf(name) >= 0).Sum(name =>
                before[name].Zip(after[name], fisher.Of(name).ToArray()).Sum(w => w.Third * Math.Pow(w.First - w.Second, 2)));
        }
    }

    private static IEnumerable<IGrouping<string, string>> Users(IDataView train) =>
        train.GetColumn<string>("UserId").Zip(train.GetColumn<string>("ItemId")).GroupBy(e => e.First, e => e.Second);

    private static Tensor Counts(ItemTokens tokens)
    {
        var counts = new float[tokens.ItemCount, tokens.RowCount];
        for (int item = 0; item < tokens.ItemCount; item++)
        {
            foreach (int token in tokens.Of(item))
                counts[item, token]++;
        }

        return tensor(counts);
    }
}
