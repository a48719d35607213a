namespace MlNetSeqRec.Tests.Distributed;

/// <summary>What ranks share out and compare, without MPI.</summary>
public class RankTests
{
    [Theory]
    [InlineData(10, 3)]
    [InlineData(2, 4)]
    [InlineData(7, 1)]
    [InlineData(0, 2)]
    public void SharesAreEverythingOnce(int all, int ranks)
    {
        int[] items = [.. Enumerable.Range(0, all)];
        int[][] shares = [.. Enumerable.Range(0, ranks).Select(rank => new RankShare(rank, ranks).Of(items))];
        Assert.Equal(items, shares.SelectMany(share => share).Order());
        Assert.InRange(shares.Max(share => share.Length) - shares.Min(share => share.Length), 0, 1);
    }

    [Fact]
    public void WhatDiffersIsNamedWithRankAndHost()
    {
        Assert.Null(RankComparison.Differences(["a 1; b 2", "a 1; b 2"], ["x", "y"]));
        string found = RankComparison.Differences(["version 1.0; seed 2; data fingerprint A", "version 1.0; seed 2; data fingerprint A", "version 1.1; seed 2; data fingerprint A"], ["x", "y", "z"])!;
        Assert.Contains("rank 2 on z has version 1.1 where rank 0 on x has version 1.0", found, StringComparison.Ordinal);
        Assert.DoesNotContain("rank 1", found, StringComparison.Ordinal);
        Assert.DoesNotContain("seed", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 1, "1")]
    [InlineData("", 1, null)]
    [InlineData("3", 1, null)]
    [InlineData("4, 6", 1, "6")]
    [InlineData("GPU-a,GPU-b,GPU-c", 2, "GPU-c")]
    [InlineData("0,1", 2, "")]
    public void EachRankOfAHostTakesAGpuOfItsOwn(string? visible, int rankOnHost, string? expected) => Assert.Equal(expected, GpuOfRank.Of(visible, rankOnHost));

    [Fact]
    public void DataFingerprintsTellHistoriesTargetsItemsAndTextApart()
    {
        string[] all =
        [
            Of([1, 2, 0], [0, 2, 3], [1, 2], ["a", "b", "c"], [5, 6]),
            Of([1, 2, 1], [0, 2, 3], [1, 2], ["a", "b", "c"], [5, 6]),
            Of([1, 2, 0], [0, 1, 3], [1, 2], ["a", "b", "c"], [5, 6]),
            Of([1, 2, 0], [0, 2, 3], [1, 0], ["a", "b", "c"], [5, 6]),
            Of([1, 2, 0], [0, 2, 3], [1, 2], ["a", "bc", "c"], [5, 6]),
            Of([1, 2, 0], [0, 2, 3], [1, 2], ["a", "b", "c"], [5, 7]),
            Of([1, 2, 0], [0, 2, 3], null, ["a", "b", "c"], [5, 6]),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(all[0], Of([1, 2, 0], [0, 2, 3], [1, 2], ["a", "b", "c"], [5, 6]));

        static string Of(int[] items, long[] offsets, int[]? targets, string[] ids, int[] tokens)
        {
            var histories = new EncodedHistories(items, offsets, null);
            var domain = new TrainingDomain(string.Empty, ItemCatalogue.FromIds(ids), histories, targets is null ? null : histories with { Targets = targets });
            return DataFingerprint.Of(domain, new ItemTokens(tokens, [0, 1, 2, 2], 8));
        }
    }

    [Fact]
    public void RowsOfAllRanksHaveTheirPlacesOnEach()
    {
        const int Items = 30;
        var draw = new Random(3);
        var histories = new EncodedHistories([.. Enumerable.Range(0, 60).Select(_ => draw.Next(Items))], [.. Enumerable.Range(0, 13).Select(i => i * 5L)], null);
        SequenceWindow[] windows = [.. Enumerable.Range(0, 12).Select(i => new SequenceWindow(i * 5, 5))];
        long[][] rowsOfAll = new long[3][];
        var used = new HashSet<long>();
        for (int rank = 0; rank < 3; rank++)
        {
            var negatives = new StepNegatives(new NegativeSource(NegativeSampler.Make(new SequentialTransformerOptions(), histories.CountItems(Items)), 1, Items), 6, Items, seed: 1);
            var data = new StepData();
            for (int step = 0; step < 2; step++) // what the first left does not show in the second
                data.Fill(histories, windows[(step * 6)..((step + 1) * 6)], new RankShare(rank, 3), step, 1, negatives, null);
            rowsOfAll[rank] = data.Buffer.Values(data.RowsOfAll!.Items).ToArray();
            long[] own = data.Buffer.Values(data.Items!.Value).ToArray(), places = data.Buffer.Values(data.RowsOfAll.Places).ToArray();
            Assert.Equal(own, places.Select(place => rowsOfAll[rank][place]));
            used.UnionWith(own);
            Assert.Equal(6 * 4, data.TargetsOfAll);
            Assert.Equal(2 * 4, data.Targets);
        }

        Assert.Equal(rowsOfAll[0], rowsOfAll[1]);
        Assert.Equal(rowsOfAll[0], rowsOfAll[2]);
        Assert.Equal(used.Order(), rowsOfAll[0].Order());
    }

    [Fact]
    public void ACheckpointTellsTheRanksThatItsRunBeganWith()
    {
        using var folder = new Data.TemporaryFolder();
        Assert.Null(Checkpoint.RanksOf(folder.Root));
        using var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Id, Items = 5, TokenRows = 0, Width = 8, Layers = 1, Heads = 1, MaximumLength = 4, Dropout = 0, TokenDropout = 0 });
        using var optimizer = new AdamW([.. network.parameters().Cast<TorchSharp.Modules.Parameter>()], 0, 0);
        using var best = new BestWeights(network);
        using (var checkpoint = new Checkpoint(folder.Root, "test"))
            checkpoint.Write(new TrainingState { Ranks = 6 }, network, optimizer, best);
        Assert.Equal(6, Checkpoint.RanksOf(folder.Root));
        File.WriteAllText(folder["checkpoint.bin"], "broken");
        Assert.Null(Checkpoint.RanksOf(folder.Root));
    }
}
