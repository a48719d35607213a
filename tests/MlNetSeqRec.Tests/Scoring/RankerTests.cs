using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.Scoring;

/// <summary>What a device computes by tensor operations is what the CPU computes row by row; here on CPU tensors.</summary>
public sealed class RankerTests : IDisposable
{
    private const int Items = 300;

    private readonly SequentialNetwork _network;
    private readonly Ranker _ranker;
    private readonly ReadOnlyMemory<int>[] _histories;
    private readonly int[] _targets;

    public RankerTests()
    {
        random.manual_seed(1);
        _network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Id, Items = Items, TokenRows = 0, Width = 4, Layers = 2, Heads = 2, MaximumLength = 5, Dropout = 0.3, TokenDropout = 0 });
        _network.eval();
        Tensor vectors = randint(-1, 2, [Items, 4]).to(ScalarType.Float32); // few distinct vectors: many equal scores
        _ranker = new Ranker(_network, vectors, randint(0, 5, [Items]).to(ScalarType.Float32));
        var draw = new Random(6);
        _histories = [.. Enumerable.Range(0, 60).Select(_ => (ReadOnlyMemory<int>)Enumerable.Range(0, draw.Next(9)).Select(_ => draw.Next(Items)).ToArray())];
        _targets = [.. _histories.Select(history => draw.Next(4) == 0 && history.Length > 0 ? history.Span[0] : draw.Next(-1, Items))];
        _targets[7] = -1;
        Assert.Contains(_histories, history => history.IsEmpty);
    }

    public void Dispose()
    {
        _ranker.Dispose();
        _network.Dispose();
    }

    [Fact]
    public void CountsAreTheRanks()
    {
        float[] scores = _ranker.Score(_histories).Values<float>();
        TargetRanks[] expected = [.. _histories.Select((history, i) => new TargetRanks(
            TargetRank.Among(scores.AsSpan(i * Items, Items), _targets[i]),
            TargetRank.Among(scores.AsSpan(i * Items, Items), _targets[i], history.Span)))];
        Assert.Equal(expected, _ranker.Rank(_histories, _targets));

        using var batch = new TargetBatch(_histories, _targets, 5, CPU);
        Assert.Equal(expected, TargetCounts.Read([batch], [_ranker.RankOnDevice(batch)]));
    }

    [Fact]
    public void BatchesGiveEachUserTheSameRank()
    {
        EncodedHistories data = Encoded(Enumerable.Repeat(_histories, 50).SelectMany(all => all), Enumerable.Repeat(_targets, 50).SelectMany(all => all));
        using var batches = new TargetBatches(data, Items, 5, CPU);
        Assert.True(batches.Rows.Count > 1);
        TargetRanks[] expected = _ranker.Rank(_histories, _targets);
        Assert.Equal(batches.Rows.SelectMany(rows => rows).Select(row => expected[row % expected.Length]), _ranker.Rank(batches));
    }

    [Theory]
    [InlineData(10, true, false)]
    [InlineData(10, false, true)]
    [InlineData(Items + 5, true, true)]
    public void TheDeviceRecommendsTheSame(int count, bool excludeHistory, bool restricted)
    {
        using Candidates? some = restricted ? new Candidates(_ranker.All, [.. Enumerable.Range(0, Items).Select(item => item % 3 != 0)]) : null;
        RankedItems[] expected = _ranker.Top(_histories, count, excludeHistory, some);
        RankedItems[] actual = _ranker.TopOnDevice(_histories, count, excludeHistory, some);
        for (int i = 0; i < expected.Length; i++)
        {
            // Scores of equal items differ in the last bits between ways of summing, so equal items may change places.
            Assert.Equal(expected[i].Scores, actual[i].Scores, (a, b) => Math.Abs(a - b) < 1e-5);
            Assert.Equal(expected[i].IsPopularityFallback, actual[i].IsPopularityFallback);
            Assert.Equal(actual[i].Items.Distinct(), actual[i].Items);
            Assert.True(!excludeHistory || !actual[i].Items.Intersect(_histories[i].ToArray()).Any());
            Assert.True(!restricted || actual[i].Items.All(item => item % 3 != 0));
            if (_histories[i].IsEmpty)
                Assert.Equal(expected[i].Items, actual[i].Items);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 4)]
    [InlineData(3, 5)]
    public void OneHistoryGivesTheStateThatTheNetworkGives(int layers, int length)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        using var network = new SequentialNetwork(_network.Shape with { Layers = layers, Width = 16, Heads = 4 });
        network.eval();
        foreach (Tensor parameter in network.parameters())
            parameter.uniform_(-0.5, 0.5); // norms and biases as well
        Tensor vectors = randn(Items, 16);
        var ranker = new Ranker(network, vectors, zeros(Items));
        HistoryBatch batch = HistoryBatch.Make([Enumerable.Range(10, length).ToArray()], 5, CPU);
        Assert.True(allclose(network.Encode(vectors, batch.Histories, batch.FromEnd)[0, length - 1], ranker.States(batch)[0], 1e-4, 1e-5));
    }

    [Fact]
    public void AFigureThatIsNotANumberIsRefusedByBoth()
    {
        _network.SequenceEncoder.parameters().First().detach().fill_(float.NaN);
        Assert.Throws<ArgumentException>(() => _ranker.Rank(_histories, _targets));
        using var batch = new TargetBatch(_histories, _targets, 5, CPU);
        Assert.Throws<ArgumentException>(() => TargetCounts.Read([batch], [_ranker.RankOnDevice(batch)]));
    }

    [Fact]
    public void ValidationIsTheMeanGainOfEachUser()
    {
        int[] popularity = [.. Enumerable.Range(0, Items).Select(item => item % 7)];
        using var validator = new Validator(_network, null, Encoded(_histories, _targets), popularity, CPU);
        double gain = 0;
        using IDisposable _ = no_grad();
        using var ranker = new Ranker(_network, _network.ItemEncoder.Encode(null, null), tensor(popularity.Select(count => (float)count).ToArray()));
        for (int i = 0; i < _histories.Length; i++)
        {
            float rank = ranker.Rank([_histories[i]], [_targets[i]])[0].Unseen;
            gain += rank <= 10 ? 1 / Math.Log2(rank + 1) : 0;
        }

        Assert.True(gain > 0);
        Assert.Equal(gain / _histories.Length, validator.Ndcg(), 1e-9);
        Assert.Equal(validator.Ndcg(), validator.Ndcg());
    }

    private static EncodedHistories Encoded(IEnumerable<ReadOnlyMemory<int>> histories, IEnumerable<int> targets)
    {
        var offsets = new List<long> { 0 };
        foreach (ReadOnlyMemory<int> history in histories)
            offsets.Add(offsets[^1] + history.Length);
        return new EncodedHistories([.. histories.SelectMany(history => history.ToArray())], [.. offsets], [.. targets]);
    }
}
