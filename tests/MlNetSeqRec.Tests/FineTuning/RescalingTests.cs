using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.FineTuning;

/// <summary>What fine-tuning begins with: a network scaled to a new one's lengths, or the item vectors alone.</summary>
public class RescalingTests(FineTuningTests.PreTrained shared) : IClassFixture<FineTuningTests.PreTrained>
{
    private readonly SequentialRecommendationTransformer _pretrained = shared.Model;

    [Fact]
    public void ALongNetworkBecomesAsLongAsANewOneAndScoresTheSame()
    {
        SequentialNetwork network = Made();
        float[] before = Scores(network);
        double factor = Rescaling.Apply(network);
        Assert.InRange(factor, 0.01, 0.2);
        Assert.Equal(SequentialNetwork.InitialDeviation, Math.Sqrt(network.ItemEncoder.TokenVectors!.Values<float>().Average(value => value * value)), 1e-4);
        float[] after = Scores(network); // the small constants of norms are not scaled
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 0.15f));
        Assert.True(before.Max() > 5, $"scores up to {before.Max()}");
        Assert.Equal(1, Rescaling.Apply(network), 1e-6);
    }

    [Fact]
    public void OnlyWhereItChangesNoRanking()
    {
        NetworkShape shape = Made().Shape;
        Assert.True(Rescaling.Fits(shape));
        Assert.False(Rescaling.Fits(shape with { Temperature = 0 }));
        Assert.False(Rescaling.Fits(shape with { PostNorm = true }));
        Assert.False(Rescaling.Fits(shape with { Adapter = TextAdapter.Linear }));
    }

    [Fact]
    public void FineTuningBeginsScaledUnlessToldOtherwise()
    {
        float[] known = Shops.Weights(_pretrained)[ParameterNames.Positions];
        float[] scaled = Begun(o => { }), kept = Begun(o => o.Rescale = false);
        Assert.All(known.Zip(kept), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.True(Length(scaled) < 0.9 * Length(known), $"{Length(scaled)} and {Length(known)}");

        float[] Begun(Action<FineTuningOptions> change) => Shops.Weights(Tuned(o => { Slowly(o); change(o); }))[ParameterNames.Positions];
    }

    [Fact]
    public void ANewTransformerGoesOverThePreTrainedItemVectors()
    {
        Dictionary<string, float[]> known = Shops.Weights(_pretrained), begun = Shops.Weights(Tuned(o => { Slowly(o); (o.NewTransformer, o.Rescale) = (true, false); }));
        Assert.All(known["ItemEncoder.adapterIn.weight"].Zip(begun["ItemEncoder.adapterIn.weight"]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.InRange(Length(begun["SequenceEncoder.blocks.0.feedForwardOut.weight"]), 0.0015, 0.0025); // a tenth of a new one's
        Assert.InRange(Length(begun["SequenceEncoder.blocks.0.queryKeyValue.weight"]), 0.015, 0.025);
    }

    [Fact]
    public void ATokenTableAtRateZeroStays()
    {
        Dictionary<string, float[]> begun = Shops.Weights(Tuned(o => { Slowly(o); o.Rescale = false; })), after = Shops.Weights(Tuned(o => (o.Rescale, o.Training.TokenRate) = (false, 0)));
        Assert.All(begun[ParameterNames.Tokens].Zip(after[ParameterNames.Tokens]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.NotEqual(begun[ParameterNames.Positions], after[ParameterNames.Positions]);
    }

    [Fact]
    public void WhatContradictsItselfIsRefused()
    {
        Assert.Contains("LexicalStart", Assert.Throws<ArgumentException>(() => Tuned(o => o.Training.LexicalStart = true)).Message, StringComparison.Ordinal);
        Assert.Contains("NewTransformer", Assert.Throws<ArgumentException>(() => Tuned(o => (o.NewTransformer, o.Strategy) = (true, FineTuningStrategy.Progressive))).Message, StringComparison.Ordinal);
        Assert.Contains("TokenRate", Assert.Throws<ArgumentOutOfRangeException>(() => Tuned(o => o.Training.TokenRate = -1)).Message, StringComparison.Ordinal);
    }

    private static void Slowly(FineTuningOptions options) => (options.Training.LearningRate, options.Training.Epochs) = (1e-9, 1);

    private SequentialRecommendationTransformer Tuned(Action<FineTuningOptions> change) => Shops.FineTuned(new(1), _pretrained, change).Model;

    private static double Length(float[] values) => Math.Sqrt(values.Average(value => value * value));

    private static SequentialNetwork Made()
    {
        random.manual_seed(4);
        var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Text, Items = 5, TokenRows = 9, Width = 8, Layers = 2, Heads = 2, MaximumLength = 6, Dropout = 0, TokenDropout = 0, Temperature = 0.07 });
        using IDisposable _ = no_grad();
        foreach (Parameter parameter in network.parameters())
            parameter.add_(randn_like(parameter) * 0.3);
        network.eval();
        return network;
    }

    private static float[] Scores(SequentialNetwork network)
    {
        using IDisposable _ = no_grad();
        using var text = new TokenTable(new ItemTokens([0, 1, 2, 3, 4, 5, 6, 7, 8, 1], [0, 2, 4, 6, 8, 10], 9), CPU);
        Tensor items = network.ItemEncoder.Encode(null, text.All);
        Tensor states = network.Encode(items, tensor(new long[] { 0, 3, 1 }).view(1, 3), tensor(new long[] { 2, 1, 0 }).view(1, 3));
        return Similarity.Compared(items, 0.07).matmul(states.view(3, -1).t()).Values<float>();
    }
}
