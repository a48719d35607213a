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

    [Fact]
    public void FollowersAddTheSameOnTheDevice()
    {
        EncodedHistories seen = Encoded(_histories.Select(history => (ReadOnlyMemory<int>)history.ToArray().Append(history.Length % 7).ToArray()), _targets);
        using DisposeScope scope = NewDisposeScope();
        using var scoring = new ScoringNetworks([_network], null);
        SparseRows likes = SparseRows.Make([.. Enumerable.Range(0, Items).Select(item => new[] { ((item + 1) % Items, 0.5f), ((item + 2) % Items, 0.25f) })]);
        var table = new GainTable(Followers.Count(seen.Items, seen.Offsets, Items), 0.7f, likes, 2, 0.5f);
        using var ranker = new Ranker(scoring, zeros(Items), table);
        using var some = new Candidates(ranker.All, [.. Enumerable.Range(0, Items).Select(item => item % 3 != 0)]);
        float[] with = ranker.Score(_histories).Values<float>();
        using (var without = new Ranker(scoring, zeros(Items)))
        {
            float[] scores = without.Score(_histories).Values<float>();
            for (int row = 0; row < _histories.Length; row++)
            {
                float[] gains = Gains(seen, _histories[row].ToArray());
                for (int item = 0; item < Items; item++)
                    Assert.Equal(scores[(row * Items) + item] + gains[item], with[(row * Items) + item], 1e-4f);
            }
        }

        foreach (Candidates among in new[] { ranker.All, some })
        {
            RankedItems[] expected = ranker.Top(_histories, 10, true, among), actual = ranker.TopOnDevice(_histories, 10, true, among);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Scores, pair.Second.Scores, (a, b) => Math.Abs(a - b) < 1e-4));
        }

        Assert.Equal(ranker.Rank(_histories, _targets), TargetCounts.Read([new TargetBatch(_histories, _targets, 5, CPU)], [ranker.RankOnDevice(new TargetBatch(_histories, _targets, 5, CPU))]));
    }

    // Plainly: over the last five items, half as much for each before; of each .7 × ln(1 + the sum of 1 / steps of all that came within three) and 2 × likes.
    private static float[] Gains(EncodedHistories seen, int[] history)
    {
        var gains = new float[Items];
        foreach ((int latest, int back) in history.Reverse().Take(5).Select((item, back) => (item, back)))
        {
            var sums = new float[Items];
            foreach (int[] own in Enumerable.Range(0, seen.Count).Select(user => seen.Of(user).ToArray()))
            {
                for (int i = 0; i < own.Length; i++)
                {
                    for (int steps = 1; steps <= 3 && i + steps < own.Length; steps++)
                        sums[own[i + steps]] += own[i] == latest ? 1f / steps : 0;
                }
            }

            for (int item = 0; item < Items; item++)
            {
                float like = item == (latest + 1) % Items ? 0.5f : item == (latest + 2) % Items ? 0.25f : 0;
                gains[item] += MathF.Pow(0.5f, back) * ((0.7f * MathF.Log(1 + sums[item])) + (2 * like));
            }
        }

        return gains;
    }

    [Fact]
    public void SeveralNetworksScoreTheMeanOfEach()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        SequentialNetwork[] networks = [.. new[] { 0.1, 0.5 }.Select(temperature => new SequentialNetwork(_network.Shape with { Temperature = temperature }))];
        foreach (SequentialNetwork network in networks)
            network.eval();
        using var both = new ScoringNetworks(networks, null);
        using var ranker = new Ranker(both, zeros(Items));
        float[][] alone = [.. networks.Select(network =>
        {
            using var own = new ScoringNetworks([network], null);
            return new Ranker(own, zeros(Items)).Score(_histories).Values<float>();
        })];
        float[] scores = ranker.Score(_histories).Values<float>();
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal((alone[0][i] + alone[1][i]) / 2, scores[i], 1e-3f);
        RankedItems[] single = ranker.Top([_histories[0]], 5, true), batch = ranker.Top(_histories, 5, true);
        Assert.Equal(batch[0].Scores, single[0].Scores, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 4)]
    [InlineData(3, 5)]
    public void OneHistoryGivesTheStateThatTheNetworkGives(int layers, int length)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        using var network = new SequentialNetwork(_network.Shape with { Layers = layers, Width = 16, Heads = 4, Temperature = layers == 2 ? 0.1 : 0 });
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
        using var validator = new Validator([_network], null, Encoded(_histories, _targets), popularity, CPU);
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
