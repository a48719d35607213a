using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.Training;

/// <summary>Our operations against plain ones of TorchSharp.</summary>
public class OperationTests
{
    [Fact]
    public void FullSoftmaxGivesTheGradientsOfCrossEntropy()
    {
        random.manual_seed(2);
        Tensor targets = randint(0, 30, [50]);
        (Tensor loss, Tensor states, Tensor items) plain = Run((s, e) =>
        {
            Tensor l = nn.functional.cross_entropy(s.mm(e.t()), targets);
            l.backward();
            return l.detach();
        });
        using var chunked = new FullSoftmaxLoss(30, bufferElements: 16 * 30);
        (Tensor loss, Tensor states, Tensor items) ours = Run((s, e) =>
        {
            Tensor itemsGradient = zeros_like(e, requires_grad: false);
            (Tensor sum, Tensor statesGradient) = chunked.Backward(s.detach(), e.detach(), targets, 1.0 / 50, itemsGradient);
            autograd.backward([s, e], [statesGradient, itemsGradient]);
            return sum / 50;
        });
        Assert.True(allclose(plain.loss, ours.loss.squeeze(), 1e-5, 1e-6));
        Assert.True(allclose(plain.states, ours.states, 1e-4, 1e-7));
        Assert.True(allclose(plain.items, ours.items, 1e-4, 1e-7));

        static (Tensor, Tensor, Tensor) Run(Func<Tensor, Tensor, Tensor> loss)
        {
            random.manual_seed(3);
            Tensor s = randn(50, 8, requires_grad: true);
            Tensor e = randn(30, 8, requires_grad: true);
            return (loss(s, e), s.grad!, e.grad!);
        }
    }

    [Fact]
    public void ItemsThatNeverCompeteAreLeftOutOfTheSoftmax()
    {
        Tensor states = randn(20, 8), items = randn(30, 8), targets = randint(0, 25, [20]);
        using var some = new FullSoftmaxLoss(25, 10_000);
        using var all = new FullSoftmaxLoss(30, 10_000, never: tensor(new long[] { 25, 26, 27, 28, 29 }));
        Tensor expectedItems = zeros(25, 8), foundItems = zeros(30, 8);
        (Tensor expected, Tensor expectedStates) = some.Backward(states, items.narrow(0, 0, 25), targets, 1, expectedItems);
        (Tensor found, Tensor foundStates) = all.Backward(states, items, targets, 1, foundItems);
        Assert.True(allclose(expected, found, 1e-5, 1e-5));
        Assert.True(allclose(expectedStates, foundStates, 1e-5, 1e-6));
        Assert.True(allclose(expectedItems, foundItems.narrow(0, 0, 25), 1e-5, 1e-6));
        Assert.Equal(0, foundItems.narrow(0, 25, 5).abs().sum().item<float>());
    }

    [Fact]
    public void AdamWAgreesWithTorchSharps()
    {
        Parameter[] ours = Make();
        Parameter[] theirs = Make();
        using var own = new AdamW(ours, weightDecay: 0.1, clip: 0) { Rate = 0.01 };
        optim.Optimizer reference = optim.AdamW([theirs[0]], lr: 0.01, weight_decay: 0.1);
        optim.Optimizer vectors = optim.AdamW([theirs[1]], lr: 0.01, weight_decay: 0);
        for (int step = 0; step < 5; step++)
        {
            reference.zero_grad();
            vectors.zero_grad();
            Loss(theirs).backward();
            own.Step([.. autograd.grad([Loss(ours)], [.. ours])]);
            reference.step();
            vectors.step();
        }

        Assert.True(allclose(ours[0], theirs[0], 1e-5, 1e-6));
        Assert.True(allclose(ours[1], theirs[1], 1e-5, 1e-6));

        static Parameter[] Make()
        {
            random.manual_seed(4);
            return [nn.Parameter(randn(4, 3)), nn.Parameter(randn(3))];
        }

        static Tensor Loss(Parameter[] p) => (p[0] * p[1]).pow(2).sum();
    }

    [Fact]
    public void ClippingScalesToTheLimit()
    {
        Tensor[] gradients = [full([4], 3f), full([9], 4f)];
        Assert.Equal(Math.Sqrt((4 * 9) + (9 * 16)), TorchScripts.ClipGradients(gradients, 1).item<float>(), 4);
        Assert.Equal(1, Math.Sqrt(gradients.Sum(g => g.pow(2).sum().item<float>())), 4);
    }

    /// <summary>TorchSharp makes an object of each number that a script is given, and lets go of it before the call.</summary>
    [Fact]
    public void NumbersOfAScriptOutliveGarbageCollection()
    {
        using var stop = new CancellationTokenSource();
        var collecting = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collecting.Start();
        try
        {
            using IDisposable _ = no_grad();
            using Tensor gradient = zeros(1), eight = tensor(new[] { 8f }); // not fill_(8), whose number TorchSharp does not keep either
            for (int i = 0; i < 20_000; i++)
            {
                gradient.copy_(eight);
                TorchScripts.ClipGradients([gradient], 2).Dispose();
                Assert.Equal(2, gradient.item<float>(), 3);
            }
        }
        finally
        {
            stop.Cancel();
            collecting.Join();
        }
    }

    [Fact]
    public void PaddingDoesNotChangeWhatAHistoryScores()
    {
        random.manual_seed(1);
        var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Id, Items = 20, TokenRows = 0, Width = 8, Layers = 2, Heads = 2, MaximumLength = 10, Dropout = 0.5, TokenDropout = 0 });
        network.eval();
        var ranker = new Ranker(network, network.ItemEncoder.Encode(null, null), zeros(20));
        using (no_grad())
        {
            Tensor alone = ranker.Score([new int[] { 3, 4, 5 }]);
            Tensor together = ranker.Score([new int[] { 3, 4, 5 }, Enumerable.Range(0, 15).ToArray()]);
            Assert.True(allclose(alone[0], together[0], 1e-4, 1e-6));
        }
    }

    [Fact]
    public void RanksAgreeWithTheDefinitionUnderTies()
    {
        random.manual_seed(1);
        var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Id, Items = 30, TokenRows = 0, Width = 4, Layers = 1, Heads = 1, MaximumLength = 5, Dropout = 0, TokenDropout = 0 });
        network.eval();
        using IDisposable _ = no_grad();
        Tensor vectors = randint(-1, 2, [30, 4]).to(ScalarType.Float32); // few distinct vectors: many equal scores
        var ranker = new Ranker(network, vectors, zeros(30));
        var draw = new Random(6);
        ReadOnlyMemory<int>[] histories = [.. Enumerable.Range(0, 40).Select(_ => (ReadOnlyMemory<int>)Enumerable.Range(0, draw.Next(1, 6)).Select(_ => draw.Next(30)).ToArray())];
        int[] targets = [.. histories.Select(_ => draw.Next(30))];
        TargetRanks[] ranks = ranker.Rank(histories, targets);
        float[] scores = ranker.Score(histories).data<float>().ToArray();
        for (int i = 0; i < histories.Length; i++)
        {
            Span<float> own = scores.AsSpan(i * 30, 30);
            Assert.Equal(TargetRank.Among(own, targets[i]), ranks[i].All);
            Assert.Equal(TargetRank.Among(own, targets[i], histories[i].Span), ranks[i].Unseen);
        }
    }
}
