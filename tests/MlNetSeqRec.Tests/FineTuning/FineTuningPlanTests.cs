using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.FineTuning;

/// <summary>Which parameters move in which epoch, how fast, and that frozen ones do not.</summary>
public class FineTuningPlanTests
{
    private static readonly string[] _names =
    [
        ParameterNames.Ids, ParameterNames.Tokens, "ItemEncoder.adapterIn.weight", ParameterNames.Positions,
        "SequenceEncoder.blocks.0.queryKeyValue.weight", "SequenceEncoder.blocks.1.queryKeyValue.weight", "SequenceEncoder.blocks.2.queryKeyValue.weight", "SequenceEncoder.outputNorm.weight",
    ];

    [Fact]
    public void ProgressiveUnfreezesFromTheTopAndThenEverything()
    {
        FineTuningPlan plan = Plan(new FineTuningOptions { Strategy = FineTuningStrategy.Progressive, EpochsPerLayer = 2 });
        Assert.Equal(6, plan.EpochsBeforeLastStage);
        Assert.Equal([1, 0, 1, 0, 0, 0, 1, 1], plan.Factors(1));
        Assert.Equal(plan.Factors(1), plan.Factors(2));
        Assert.Equal([1, 0, 1, 0, 0, 1, 1, 1], plan.Factors(3));
        Assert.Equal([1, 0, 1, 0, 1, 1, 1, 1], plan.Factors(6));
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1], plan.Factors(7));
        FineTuningPlan two = Plan(new FineTuningOptions { Strategy = FineTuningStrategy.Progressive, EpochsPerLayer = 1, UnfreezeLayers = 1 });
        Assert.Equal([1, 0, 1, 0, 0, 0, 1, 1], two.Factors(1));
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1], two.Factors(2));
    }

    [Fact]
    public void EmbeddingsAloneLeaveTheTransformer() =>
        Assert.Equal([1, 1, 1, 0, 0, 0, 0, 0], Plan(new FineTuningOptions { Strategy = FineTuningStrategy.Embeddings }).Factors(5));

    [Fact]
    public void RatesFallWithTheDistanceFromTheOutput() =>
        Assert.Equal([1, 0.125, 0.125, 0.125, 0.25, 0.5, 1, 1], Plan(new FineTuningOptions { LayerDecay = 0.5 }).Factors(1));

    [Fact]
    public void AFrozenParameterNeitherMovesNorDecaysNorCountsForClipping()
    {
        Parameter moving = nn.Parameter(ones(3, 1)), frozen = nn.Parameter(ones(3, 1)), alone = nn.Parameter(ones(3, 1));
        using var both = new AdamW([moving, frozen], weightDecay: 0.1, clip: 1) { RateFactors = [0.5, 0], Rate = 0.02 };
        using var single = new AdamW([alone], weightDecay: 0.1, clip: 1) { Rate = 0.01 };
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Math.Sqrt(12), both.Step([full([3, 1], 2f), full([3, 1], 1e6f)]).item<float>(), 4);
            single.Step([full([3, 1], 2f)]);
        }

        Assert.Equal([1f, 1, 1], frozen.Values<float>());
        Assert.Equal(alone.Values<float>(), moving.Values<float>());
        Assert.Equal(0, both.State.ElementAt(5).item<float>()); // it will begin like new when it is unfrozen
    }

    [Fact]
    public void TheStepKnowsItsParametersByName()
    {
        random.manual_seed(3);
        var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.IdAndText, Items = 9, TokenRows = 7, Width = 8, Layers = 2, Heads = 2, MaximumLength = 6, Dropout = 0, TokenDropout = 0 });
        using (no_grad())
        {
            foreach (Parameter parameter in network.parameters())
                parameter.add_(randn_like(parameter));
        }

        using var loss = new FullSoftmaxLoss(9, 1000);
        using var step = new TrainingStep(network, new ItemTokens([0], [0, .. Enumerable.Repeat(1, 9)], 7), loss, new SequentialTransformerOptions(), false, CPU);
        Dictionary<string, Parameter> byName = network.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        Assert.Equal(byName.Keys.Order(), step.Names.Order());
        Assert.All(step.Names.Zip(step.Parameters), pair => Assert.Equal(byName[pair.First].Values<float>(), pair.Second.Values<float>()));
    }

    private static FineTuningPlan Plan(FineTuningOptions options) => new(_names, options, layers: 3, hasNewIds: true);
}
