using Microsoft.ML;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.Training;

/// <summary>Whether negatives are drawn with the probabilities that the loss corrects by, and whether the correction is right.</summary>
public class NegativeTests
{
    private const int Items = 30;

    private static readonly EncodedHistories _histories = MakeHistories();
    private readonly MLContext _ml = new(1);

    public static TheoryData<NegativeSampling, double, double> Kinds => new()
    {
        { NegativeSampling.Popularity, 0.5, 1 },
        { NegativeSampling.Popularity, 0.5, 0 },
        { NegativeSampling.LogPopularity, 0.5, 1 },
        { NegativeSampling.Uniform, 0.5, 1 },
        { NegativeSampling.Mixed, 0.3, 0 },
        { NegativeSampling.CoCounts, 0, 1 },
        { NegativeSampling.CoCounts, 0.3, 1 },
        { NegativeSampling.Nearest, 0, 1 },
        { NegativeSampling.Nearest, 0.3, 0 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void DrawsHaveTheirStatedProbabilities(NegativeSampling sampling, double randomShare, double smoothing)
    {
        const int draws = 400_000;
        NegativeSource source = Source(sampling, randomShare, smoothing);
        source.Begin(_histories, Windows(0..12)); // forgotten by the next
        source.Begin(_histories, Windows(7..20));
        var random = new Random(1);
        int[] counts = new int[Items];
        for (int i = 0; i < draws; i++)
            counts[source.Draw(random)]++;
        double[] stated = [.. Enumerable.Range(0, Items).Select(source.Probability)];
        Assert.Equal(1, stated.Sum(), 9);
        Assert.All(Enumerable.Range(0, Items), item =>
        {
            double deviation = Math.Sqrt(stated[item] * (1 - stated[item]) / draws);
            Assert.InRange(counts[item] / (double)draws, stated[item] - (5 * deviation), stated[item] + (5 * deviation));
        });
    }

    [Fact]
    public void StatedProbabilitiesAreThoseOfTheDefinitions()
    {
        int[] counts = _histories.CountItems(Items);
        Assert.Equal(0, counts[^1]);
        double Of(NegativeSampling sampling, double smoothing, int item) => Source(sampling, 0.3, smoothing).Probability(item);
        double plusOne = counts.Sum(count => count + 1.0);
        for (int item = 0; item < Items; item++)
        {
            Assert.Equal(counts[item] / (double)counts.Sum(), Of(NegativeSampling.Popularity, 0, item), 12);
            Assert.Equal((counts[item] + 1) / plusOne, Of(NegativeSampling.Popularity, 1, item), 12);
            Assert.Equal(Math.Log(2 + counts[item]) / counts.Sum(count => Math.Log(2 + count)), Of(NegativeSampling.LogPopularity, 1, item), 12);
            Assert.Equal((0.3 / Items) + (0.7 * (counts[item] + 1) / plusOne), Of(NegativeSampling.Mixed, 1, item), 12);
        }
    }

    [Fact]
    public void CoCountsAreThoseOfAPlainLoop()
    {
        ItemNeighbours neighbours = CoCounts.Count(_histories, Items);
        var expected = new double[Items, Items];
        for (int row = 0; row < _histories.Count; row++)
        {
            int[] history = _histories.Of(row).ToArray();
            for (int i = 0; i < history.Length; i++)
            {
                for (int j = 0; j < history.Length; j++)
                    expected[history[i], history[j]] += i != j && Math.Abs(i - j) <= 5 && history[i] != history[j] ? 1 : 0;
            }
        }

        for (int item = 0; item < Items; item++)
        {
            double[] found = new double[Items];
            double sum = Enumerable.Range(0, Items).Sum(other => expected[item, other]);
            Assert.Equal(sum > 0, neighbours.HasAny(item));
            if (sum > 0)
                neighbours.AddProbabilities(item, 1, found);
            Assert.All(Enumerable.Range(0, Items), other => Assert.Equal(sum == 0 ? 0 : expected[item, other] / sum, found[other], 12));
        }
    }

    [Fact]
    public void TheNearestAreThoseBeyondTheDiscardedAndNeverTheItemItself()
    {
        using SequentialNetwork network = Network();
        ItemNeighbours neighbours = Nearest(network, pool: 6, discard: 2);
        float[] vectors = network.ItemEncoder.IdTable!.Values<float>();
        for (int item = 0; item < Items; item++)
        {
            int[] byLikeness = [.. Enumerable.Range(0, Items).Where(other => other != item).OrderByDescending(other => Cosine(item, other))];
            Assert.Equal(byLikeness[2..8].Order(), neighbours.Of(item).ToArray().Order());
        }

        double Cosine(int a, int b)
        {
            ReadOnlySpan<float> x = vectors.AsSpan(a * 4, 4), y = vectors.AsSpan(b * 4, 4);
            (double product, double xx, double yy) = (0, 0, 0);
            for (int i = 0; i < x.Length; i++)
                (product, xx, yy) = (product + (x[i] * y[i]), xx + (x[i] * x[i]), yy + (y[i] * y[i]));
            return product / Math.Sqrt(xx * yy);
        }
    }

    /// <summary>With the target's score as it is and the negatives' corrected, the loss goes to that over the whole catalogue.</summary>
    [Theory]
    [InlineData(NegativeSampling.Popularity)]
    [InlineData(NegativeSampling.Uniform)]
    [InlineData(NegativeSampling.CoCounts)]
    [InlineData(NegativeSampling.Nearest)]
    public void TheMoreNegativesTheCloserToTheWholeCatalogue(NegativeSampling sampling)
    {
        random.manual_seed(2);
        SequenceWindow[] windows = Windows(0..20);
        Tensor items = randn(Items, 4);
        Tensor states = randn(windows.Sum(window => window.Length - 1), 4);
        double full = Losses(items, states, windows, null, 0, 1)[0];
        double[] gaps = [.. new[] { 5, 50, 5000 }.Select(count => Math.Abs(Losses(items, states, windows, Source(sampling, 0.3, 1), count, 40).Average() - full))];
        Assert.True(gaps[0] > 3 * gaps[1] && gaps[1] > 3 * gaps[2], $"{gaps[0]} {gaps[1]} {gaps[2]}");
        Assert.True(gaps[2] < 0.002 * full, $"{gaps[2]} of {full}");

        // Each exponential that the sum is made of is estimated without bias, whatever the number of negatives.
        double[] sums = [.. Losses(items, states[..1], windows[..1], Source(sampling, 0.3, 1), 5, 2000).Select(Math.Exp)];
        double exact = Math.Exp(Losses(items, states[..1], windows[..1], null, 0, 1)[0]);
        double deviation = Math.Sqrt(sums.Select(sum => Math.Pow(sum - sums.Average(), 2)).Average() / sums.Length);
        Assert.InRange(sums.Average(), exact - (4 * deviation), exact + (4 * deviation));
    }

    [Theory]
    [InlineData(NegativeSampling.CoCounts)]
    [InlineData(NegativeSampling.Nearest)]
    public void ARunThatGoesOnInTheMiddleOfAnEpochEndsLikeAnUnbrokenOne(NegativeSampling sampling)
    {
        using var folder = new Data.TemporaryFolder();
        byte[] unbroken = Train(sampling, 1, null, int.MaxValue);
        Assert.Equal(unbroken, Train(sampling, 1, null, int.MaxValue));
        Assert.NotEqual(unbroken, Train(sampling, 2, null, int.MaxValue));
        foreach (int stopAt in new[] { 3, 2, 6 }) // twice in the first epoch, then in the second
            Assert.Throws<OperationCanceledException>(() => Train(sampling, 1, folder.Root, stopAt));
        Assert.Equal(unbroken, Train(sampling, 1, folder.Root, int.MaxValue));
    }

    [Fact]
    public void WhatLeavesNothingToDrawIsRefused()
    {
        using SequentialNetwork network = Network();
        ArgumentException e = Assert.Throws<ArgumentException>(() => Nearest(network, 6, Items - 1));
        Assert.Contains("nothing is left to draw", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.SequentialRecommendation().Trainers.SequentialTransformer(
            new SequentialTransformerOptions { NegativeSampling = NegativeSampling.Nearest, RandomShare = 0 }));
        Assert.Contains("RandomShare must be above 0", e.Message, StringComparison.Ordinal);
    }

    // Three epochs of several steps, from a checkpoint where there is one; stopped after some steps.
    private static byte[] Train(NegativeSampling sampling, int seed, string? folder, int stopAt)
    {
        using var stop = new CancellationTokenSource();
        var options = new SequentialTransformerOptions
        {
            Epochs = 3,
            Seed = seed,
            NegativeSampling = sampling,
            Negatives = 8,
            NearestPool = 6,
            NearestDiscard = 2,
            LearningRate = 0.05,
            WarmUpSteps = 0,
            CheckpointFolder = folder,
            Resume = true,
            CancellationToken = stop.Token,
        };
        using SequentialNetwork network = Network();
        var source = new NegativeSource(NegativeSampler.Make(options, _histories.CountItems(Items)), 0.3, Items);
        if (sampling == NegativeSampling.CoCounts)
            source.Neighbours = CoCounts.Count(_histories, Items);
        using NearestItems? nearest = sampling == NegativeSampling.Nearest ? new NearestItems(network, null, options, source) : null;
        using var loss = new StopAfter(new SampledSoftmaxLoss(LogQCorrection.All), stopAt, stop);
        using var step = new TrainingStep(network, null, loss, options, false, CPU);
        var producer = new StepProducer(_histories, new StepNegatives(source, 8, Items, seed), null, int.MaxValue);
        BatchPlan plan = BatchPlan.Make(_histories, 8, 24);
        Assert.InRange(plan.Epoch(new Random(1)).Count, 6, 10);
        using var loop = new TrainingLoop(network, null, plan, producer, step, options, "test", CPU, nearest);
        loop.Run();
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Weights.Write(writer, network);
        return stream.ToArray();
    }

    // The sum of the loss over the windows' targets, for each of some steps.
    private static double[] Losses(Tensor items, Tensor states, SequenceWindow[] windows, NegativeSource? source, int count, int steps)
    {
        using ISoftmaxLoss loss = SoftmaxLosses.Make(source is null ? null : LogQCorrection.Negatives, Items, CPU);
        StepNegatives? negatives = source is null ? null : new StepNegatives(source, count, Items, 1);
        var data = new StepData();
        return [.. Enumerable.Range(0, steps).Select(step =>
        {
            data.Fill(_histories, windows, RankShare.Whole, step, 1, negatives, null);
            var onDevice = new DeviceStep(data, data.Buffer.ToDevice(CPU));
            Tensor own = data.Items is { } some ? items.index_select(0, some.Of(onDevice.Block)) : items;
            return (double)loss.Backward(states, own, data.Passes[0], onDevice, 1, zeros_like(own)).Loss.item<float>();
        })];
    }

    private static NegativeSource Source(NegativeSampling sampling, double randomShare, double smoothing)
    {
        var options = new SequentialTransformerOptions { NegativeSampling = sampling, RandomShare = randomShare, PopularitySmoothing = smoothing };
        using SequentialNetwork network = Network();
        return new NegativeSource(NegativeSampler.Make(options, _histories.CountItems(Items)), randomShare, Items)
        {
            Neighbours = sampling switch
            {
                NegativeSampling.CoCounts => CoCounts.Count(_histories, Items),
                NegativeSampling.Nearest => Nearest(network, 6, 2),
                _ => null,
            },
        };
    }

    private static ItemNeighbours Nearest(SequentialNetwork network, int pool, int discard)
    {
        var options = new SequentialTransformerOptions { NearestPool = pool, NearestDiscard = discard };
        var source = new NegativeSource(NegativeSampler.Make(options, new int[Items]), 0.5, Items);
        using var nearest = new NearestItems(network, null, options, source);
        nearest.Begin(isNewEpoch: true);
        return source.Neighbours!;
    }

    private static SequentialNetwork Network()
    {
        random.manual_seed(7);
        return new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Id, Items = Items, TokenRows = 0, Width = 4, Layers = 1, Heads = 1, MaximumLength = 8, Dropout = 0.1, TokenDropout = 0 });
    }

    private static SequenceWindow[] Windows(Range users) =>
        [.. Enumerable.Range(0, _histories.Count).Take(users).Select(user => new SequenceWindow(_histories.Offsets[user], _histories.LengthOf(user)))];

    // Popular and rare items, repeats, and one item that is in no history.
    private static EncodedHistories MakeHistories()
    {
        var draw = new Random(2);
        var items = new List<int>();
        var offsets = new List<long> { 0 };
        for (int user = 0; user < 40; user++)
        {
            items.AddRange(Enumerable.Range(0, user == 0 ? 2 : draw.Next(2, 9)).Select(_ => draw.Next(draw.Next(1, Items))));
            offsets.Add(items.Count);
        }

        return new EncodedHistories([.. items], [.. offsets], null);
    }

    private sealed class StopAfter(ISoftmaxLoss inner, int steps, CancellationTokenSource source) : ISoftmaxLoss
    {
        private int _steps;

        public (Tensor Loss, Tensor StatesGradient) Backward(Tensor states, Tensor items, PassData pass, DeviceStep step, double scale, Tensor itemsGradient)
        {
            if (++_steps == steps)
                source.Cancel();
            return inner.Backward(states, items, pass, step, scale, itemsGradient);
        }

        public void Dispose() => inner.Dispose();
    }
}
