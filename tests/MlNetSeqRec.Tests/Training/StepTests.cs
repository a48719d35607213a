using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.Training;

/// <summary>A step's worked-out gradients against those that libtorch records for the same loss, written plainly.</summary>
public class StepTests
{
    private const int Items = 40;
    private const int Seed = 3;

    private static readonly EncodedHistories _histories = MakeHistories();
    private static readonly ItemTokens _tokens = MakeTokens();

    [Theory]
    [InlineData(ItemEncoding.Id, 0, 1)]
    [InlineData(ItemEncoding.Text, 0, 1)]
    [InlineData(ItemEncoding.IdAndText, 0, 1)]
    [InlineData(ItemEncoding.IdAndText, 0, 3)]
    [InlineData(ItemEncoding.IdAndText, 25, 1)]
    [InlineData(ItemEncoding.Text, 25, 2)]
    [InlineData(ItemEncoding.Id, 25, 4)]
    [InlineData(ItemEncoding.Id, 25, 2, NegativeSampling.CoCounts)]
    [InlineData(ItemEncoding.Id, 25, 1, NegativeSampling.CoCounts, LogQCorrection.Negatives)]
    [InlineData(ItemEncoding.Id, 25, 1, NegativeSampling.Uniform, LogQCorrection.None)]
    [InlineData(ItemEncoding.IdAndText, 0, 2, NegativeSampling.Popularity, LogQCorrection.All, 0.5)]
    [InlineData(ItemEncoding.IdAndText, 10, 2, NegativeSampling.Popularity, LogQCorrection.All, 0.5)]
    public void AStepMovesWeightsAsRecordedGradientsDo(
        ItemEncoding encoding, int negatives, int passes, NegativeSampling sampling = NegativeSampling.Popularity, LogQCorrection logQ = LogQCorrection.All, double idDropout = 0) =>
        Compare(encoding, 0, "default", new Choices(negatives, passes, sampling, logQ, false), idDropout);

    [Theory]
    [InlineData(ItemEncoding.Id, 0, 2, 0.1, false)]
    [InlineData(ItemEncoding.IdAndText, 25, 2, 0.1, false)]
    [InlineData(ItemEncoding.IdAndText, 0, 1, 0.1, true)]
    [InlineData(ItemEncoding.Id, 0, 3, 0, true)]
    [InlineData(ItemEncoding.Text, 0, 2, 0.5, true, "paper")]
    [InlineData(ItemEncoding.Text, 25, 1, 0, false, "paper")]
    public void SoItDoesForEachSimilarityAndNetwork(ItemEncoding encoding, int negatives, int passes, double temperature, bool leavesOutEarlier, string network = "default") =>
        Compare(encoding, temperature, network, new Choices(negatives, passes, NegativeSampling.Popularity, LogQCorrection.All, leavesOutEarlier));

    // With sections as long as they are, and padded so that steps alike have the same layout.
    private static void Compare(ItemEncoding encoding, double temperature, string network, Choices choices, double idDropout = 0)
    {
        Compare(encoding, temperature, network, choices, idDropout, hasFixedLayout: false);
        Compare(encoding, temperature, network, choices, idDropout, hasFixedLayout: true);
    }

    private static void Compare(ItemEncoding encoding, double temperature, string network, Choices choices, double idDropout, bool hasFixedLayout)
    {
        using SequentialNetwork ours = MakeNetwork(encoding, temperature, network == "paper", idDropout), plain = MakeNetwork(encoding, temperature, network == "paper", idDropout);
        using Setup setup = new(ours, choices.Negatives, choices.Passes, sampling: choices.Sampling, logQ: choices.LogQ, leavesOutEarlier: choices.LeavesOutEarlier, hasFixedLayout: hasFixedLayout);
        double loss = setup.Run();

        Tensor expected = PlainLoss(plain, setup.Data, choices.Sampling, choices.LogQ, choices.LeavesOutEarlier);
        Parameter[] parameters = [.. plain.parameters().Select(p => (Parameter)p)];
        optim.Optimizer matrices = optim.AdamW(parameters.Where(p => p.dim() > 1), lr: 0.01, weight_decay: 0.01);
        optim.Optimizer vectors = optim.AdamW(parameters.Where(p => p.dim() == 1), lr: 0.01, weight_decay: 0);
        expected.backward();
        matrices.step();
        vectors.step();

        Assert.Equal(expected.item<float>() * setup.Data.Targets, loss, 2);
        foreach (((string name, Parameter own), Parameter theirs) in ours.named_parameters().Zip(parameters))
        {
            // Keys' biases have no gradient but for rounding, which Adam scales up.
            Tensor difference = (own - theirs).abs() * (theirs.grad!.abs() > 1e-6);
            Assert.True(difference.max().item<float>() < 2e-4, $"{name}: {difference.max().item<float>()}");
        }
    }

    [Fact]
    public void UpdatesByRowLeaveOtherRowsAlone()
    {
        using SequentialNetwork network = MakeNetwork(ItemEncoding.Id);
        Tensor before = network.ItemEncoder.IdTable!.detach().clone();
        using var setup = new Setup(network, negatives: 3, passes: 1, updatesRows: true, windows: 1);
        setup.Run();
        long[] used = setup.Data.Buffer.Values(setup.Data.Items!.Value).ToArray();
        bool[] moved = [.. Enumerable.Range(0, Items).Select(item => !network.ItemEncoder.IdTable![item].detach().allclose(before[item], 0, 0))];
        Assert.InRange(used.Length, 3, Items - 1);
        Assert.All(Enumerable.Range(0, Items), item => Assert.Equal(used.Contains(item), moved[item]));
    }

    [Fact]
    public void WhenMemoryRunsOutPassesAreHalvedUntilTheyFit()
    {
        using SequentialNetwork whole = MakeNetwork(ItemEncoding.IdAndText), halved = MakeNetwork(ItemEncoding.IdAndText);
        var notes = new List<string>();
        Train(whole, int.MaxValue, null);
        Train(halved, 30, notes);
        Assert.All(whole.parameters().Zip(halved.parameters()), pair => Assert.True(allclose(pair.First, pair.Second, 1e-3, 1e-4)));
        Assert.InRange(notes.Count, 1, 4);
        Assert.Contains("memory ran out", notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void WhereOneHistoryDoesNotFitTheMessageSaysWhatToLower()
    {
        using SequentialNetwork network = MakeNetwork(ItemEncoding.IdAndText);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Train(network, 1, null));
        Assert.Contains("lower Width", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAFailedPassLeftIsNotAddedToGradients()
    {
        using var weight = nn.Parameter(ones(3));
        weight.grad = full([3], 100f);
        Assert.Equal([2f, 2, 2], Gradient.Of(weight * 2, ones(3), [weight])[0].Values<float>());
    }

    [Fact]
    public void DropoutKeepsTheShareAndTheMean()
    {
        Dropout.Seed(5);
        using Tensor mask = Dropout.Mask([1001, 301], 0.3);
        Assert.Equal(0.7, (mask > 0).to(ScalarType.Float32).mean().item<float>(), 2);
        Assert.Equal(1, mask.mean().item<float>(), 2);
        Dropout.Seed(5);
        Assert.True(mask.Equals(Dropout.Mask([1001, 301], 0.3)));
        Assert.False(mask.Equals(Dropout.Mask([1001, 301], 0.3)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void StepsOfTheSameLengthsHaveTheSameLayout(int negatives)
    {
        string?[] layouts = [.. new[] { 1, 2, 3 }.Select(user =>
        {
            var data = new StepData();
            var draw = new Random(user);
            var histories = new EncodedHistories([.. Enumerable.Range(0, 12).Select(i => i == 0 ? Items - 1 : draw.Next(Items))], [0, 5, 12], null);
            StepNegatives? drawn = negatives == 0 ? null : new StepNegatives(Source(NegativeSampling.Popularity), negatives, Items, user);
            data.Fill(histories, [new SequenceWindow(0, 5), new SequenceWindow(5, user == 3 ? 6 : 7)], RankShare.Whole, user, 1, drawn, drawn is null ? null : _tokens, hasFixedLayout: true);
            return data.Layout;
        })];
        Assert.NotNull(layouts[0]);
        Assert.Equal(layouts[0], layouts[1]);
        Assert.NotEqual(layouts[0], layouts[2]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public void StepsLeaveNoTensors(int negatives)
    {
        using DisposeScope scope = NewDisposeScope();
        using SequentialNetwork network = MakeNetwork(ItemEncoding.IdAndText);
        using var setup = new Setup(network, negatives, 2);
        long Live(int steps)
        {
            using (NewDisposeScope())
            {
                for (int step = 0; step < steps; step++)
                    setup.Run();
            }

            return DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }

        Assert.Equal(Live(2), Live(200));
    }

    [Fact]
    public void SumsByKeyAreThoseOfAPlainLoop()
    {
        var draw = new Random(1);
        int[] keys = [.. Enumerable.Range(0, 500).Select(_ => draw.Next(10) == 0 ? -1 : draw.Next(3))]; // few keys: groups of several parts
        var buffer = new IndexBuffer();
        Grouping grouping = Grouping.Make(buffer, keys, 5);
        Tensor values = randn(500, 4);
        Tensor block = buffer.ToDevice(CPU);
        Assert.Equal([0L, 1, 2], buffer.Values(grouping.Keys).ToArray());
        Tensor sums = grouping.Sum(values, block);
        for (int key = 0; key < 3; key++)
            Assert.True(allclose(values[tensor(Enumerable.Range(0, 500).Where(i => keys[i] == key).Select(i => (long)i).ToArray())].sum([0L]), sums[key], 1e-4, 1e-4));
    }

    private static void Train(SequentialNetwork network, int targetsThatFit, List<string>? notes)
    {
        var options = new SequentialTransformerOptions { Epochs = 1, Seed = Seed, Progress = new Notes(notes) };
        using var loss = new SmallMemory(new FullSoftmaxLoss(Items, 100_000), targetsThatFit);
        using var step = new TrainingStep(network, _tokens, loss, options, false, CPU);
        using var loop = new TrainingLoop(network, null, BatchPlan.Make(_histories, 6, 64), new StepProducer(_histories, null, null, int.MaxValue), step, options, "test", CPU);
        loop.Run();
    }

    // The loss as the literature writes it, by operations whose gradients libtorch records.
    private static Tensor PlainLoss(SequentialNetwork network, StepData data, NegativeSampling sampling, LogQCorrection logQ, bool leavesOutEarlier)
    {
        TokenBatch? text = network.Shape.HasText ? new TokenTable(_tokens, CPU).All : null;
        Tensor items = 0;
        if (network.Shape.HasText)
        {
            var counts = new float[Items, 12];
            for (int item = 0; item < Items; item++)
            {
                foreach (int token in _tokens.Of(item))
                    counts[item, token]++;
            }

            items = network.ItemEncoder.Adapt(tensor(counts).mm(network.ItemEncoder.TokenVectors!) * network.ItemEncoder.PoolingScale(text!.Counts));
        }

        if (network.Shape.HasIds)
            items = items + (network.ItemEncoder.IdTable! * KeptIds(network, data));
        double temperature = network.Shape.Temperature;
        Tensor compared = temperature == 0 ? items : items / ((items * items).sum(1, keepdim: true) + 1e-5).sqrt();
        int count = data.Negatives?.Counts.Length ?? 0;
        Tensor[] losses = [.. data.Windows.Select(window =>
        {
            long[] events = [.. _histories.Items.AsSpan((int)window.Start, window.Length).ToArray().Select(item => (long)item)];
            Tensor fromEnd = arange(events.Length - 2, -1, -1, ScalarType.Int64).unsqueeze(0);
            Tensor states = network.Encode(items, tensor(events[..^1]).unsqueeze(0), fromEnd)[0];
            Tensor targets = tensor(events[1..]);
            if (count == 0)
            {
                Tensor scores = states.mm(compared.t());
                var left = new bool[events.Length - 1, Items];
                for (int at = 0; leavesOutEarlier && at < events.Length - 1; at++)
                {
                    for (int before = 0; before <= at; before++)
                        left[at, events[before]] = events[before] != events[at + 1];
                }

                return nn.functional.cross_entropy(scores.masked_fill(tensor(left), float.NegativeInfinity), targets, reduction: nn.Reduction.Sum);
            }

            Tensor drawn = tensor(data.Buffer.Values(data.Negatives!.Items).ToArray());
            Tensor often = tensor(data.Buffer.Values(data.Negatives.Counts).ToArray()).to(ScalarType.Float32).log();
            NegativeSource source = Source(sampling);
            source.Begin(_histories, data.Windows);
            Tensor logP = tensor(Enumerable.Range(0, Items).Select(item => (float)Math.Log(source.Probability(item))).ToArray());
            Tensor own = (states * compared.index_select(0, targets)).sum(1, keepdim: true);
            Tensor others = states.mm(compared.index_select(0, drawn).t()) + often;
            if (logQ == LogQCorrection.All)
                own -= logP.index_select(0, targets).unsqueeze(1);
            if (logQ != LogQCorrection.None)
                others -= logP.index_select(0, drawn);
            if (logQ == LogQCorrection.Negatives)
                others -= Math.Log(data.Buffer.Values(data.Negatives.Counts).ToArray().Sum());
            others = others.masked_fill(targets.unsqueeze(1) == drawn, float.NegativeInfinity);
            return nn.functional.cross_entropy(cat([own, others], 1), zeros(targets.shape[0], dtype: ScalarType.Int64), reduction: nn.Reduction.Sum);
        })];
        return stack(losses).sum() / data.Targets;
    }

    // 1, or 0 where the step knows an item with text by that alone, [items, 1]: drawn as the step draws.
    private static Tensor KeptIds(SequentialNetwork network, StepData data)
    {
        if (network.Shape.IdDropout == 0)
            return ones(Items, 1);
        long[] rows = data.Items is { } some ? data.Buffer.Values(some).ToArray() : [.. Enumerable.Range(0, Items)];
        Dropout.Seed(Seed * 1_000_003L);
        float[] drawn = Dropout.Mask([rows.Length, 1], network.Shape.IdDropout).Values<float>();
        float[] kept = [.. Enumerable.Repeat(1f, Items)];
        for (int row = 0; row < rows.Length; row++)
            kept[rows[row]] = drawn[row] > 0 || _tokens.Of((int)rows[row]).Length == 0 ? 1 : 0;
        Assert.InRange(kept.Sum(), 5, Items - 5);
        return tensor(kept).unsqueeze(1);
    }

    private static NegativeSource Source(NegativeSampling sampling)
    {
        var options = new SequentialTransformerOptions { NegativeSampling = sampling };
        return new NegativeSource(NegativeSampler.Make(options, _histories.CountItems(Items)), options.RandomShare, Items)
        {
            Neighbours = sampling == NegativeSampling.CoCounts ? CoCounts.Count(_histories, Items) : null,
        };
    }

    private static SequentialNetwork MakeNetwork(ItemEncoding encoding, double temperature = 0, bool isPaper = false, double idDropout = 0)
    {
        random.manual_seed(7);
        var network = new SequentialNetwork(new NetworkShape { Encoding = encoding, Items = Items, TokenRows = 12, Width = 8, Layers = 2, Heads = 2, MaximumLength = 6, Dropout = 0, TokenDropout = 0 } with
        {
            IdDropout = idDropout,
            Temperature = temperature,
            PostNorm = isPaper,
            Pooling = isPaper ? TextPooling.Sum : TextPooling.SquareRoot,
            Adapter = isPaper ? TextAdapter.Linear : TextAdapter.Residual,
        });
        using (no_grad())
        {
            foreach (Parameter parameter in network.parameters())
                parameter.add_(randn_like(parameter) * 0.1); // gradients well above Adam's epsilon
        }

        return network;
    }

    private static EncodedHistories MakeHistories()
    {
        var draw = new Random(2);
        var items = new List<int>();
        var offsets = new List<long> { 0 };
        for (int user = 0; user < 30; user++)
        {
            items.AddRange(Enumerable.Range(0, draw.Next(2, 9)).Select(_ => draw.Next(draw.Next(1, Items))));
            offsets.Add(items.Count);
        }

        return new EncodedHistories([.. items], [.. offsets], null);
    }

    private static ItemTokens MakeTokens()
    {
        var draw = new Random(4);
        var tokens = new List<int>();
        var offsets = new List<int> { 0 };
        for (int item = 0; item < Items; item++)
        {
            tokens.AddRange(Enumerable.Range(0, draw.Next(0, 5)).Select(_ => draw.Next(12)));
            offsets.Add(tokens.Count);
        }

        return new ItemTokens([.. tokens], [.. offsets], 12);
    }

    private sealed record Choices(int Negatives, int Passes, NegativeSampling Sampling, LogQCorrection LogQ, bool LeavesOutEarlier);

    private sealed class Setup : IDisposable
    {
        private readonly ISoftmaxLoss _loss;
        private readonly TrainingStep _step;

        public Setup(SequentialNetwork network, int negatives, int passes, bool updatesRows = false, int windows = int.MaxValue,
            NegativeSampling sampling = NegativeSampling.Popularity, LogQCorrection logQ = LogQCorrection.All, bool leavesOutEarlier = false, bool hasFixedLayout = false)
        {
            var options = new SequentialTransformerOptions { Seed = Seed, GradientClipping = 0 };
            NegativeSource? source = negatives == 0 ? null : Source(sampling);
            _loss = SoftmaxLosses.Make(source is null ? null : logQ, Items, CPU, leavesOutEarlier);
            _step = new TrainingStep(network, source is null ? _tokens : null, _loss, options, updatesRows, CPU);
            SequenceWindow[] all = BatchPlan.Make(_histories, 6, 10_000).Epoch(new Random(1)).Single().Windows;
            Data.Fill(_histories, all[..Math.Min(windows, all.Length)], RankShare.Whole, 0, passes, source is null ? null : new StepNegatives(source, negatives, Items, Seed), source is null ? null : _tokens, hasFixedLayout);
        }

        public StepData Data { get; } = new();

        public double Run()
        {
            using Tensor loss = zeros(1, dtype: ScalarType.Float64);
            _step.Run(Data, 0.01, loss);
            return loss.item<double>();
        }

        public void Dispose()
        {
            _step.Dispose();
            _loss.Dispose();
        }
    }

    private sealed class SmallMemory(ISoftmaxLoss inner, int targetsThatFit) : ISoftmaxLoss
    {
        public (Tensor Loss, Tensor StatesGradient) Backward(Tensor states, Tensor items, PassData pass, DeviceStep step, double scale, Tensor itemsGradient) =>
            states.shape[0] <= targetsThatFit ? inner.Backward(states, items, pass, step, scale, itemsGradient)
#pragma warning disable CA2201 // The type that TorchSharp throws.
                : throw new ExternalException("CUDA out of memory. Tried to allocate 2.00 GiB");
#pragma warning restore CA2201

        public void Dispose() => inner.Dispose();
    }

    private sealed class Notes(List<string>? notes) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Note is not null)
                notes?.Add(value.Note);
        }
    }
}
