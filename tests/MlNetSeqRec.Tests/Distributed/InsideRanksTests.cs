using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.Distributed;

/// <summary>What ranks do with each other: this program's own tests, started as ranks by <see cref="EachRankPassesTheTestsOfRanks"/>.</summary>
public class InsideRanksTests
{
    private const string Asked = "SEQREC_TEST_RANKS";

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void EachRankPassesTheTestsOfRanks(int ranks)
    {
        if (Environment.GetEnvironmentVariable(Asked) is not null)
            Assert.Skip("this process is a rank");
        using var job = new MpiJob(
            AppContext.BaseDirectory, "-x", $"{Asked}=1", "-n", $"{ranks}", Path.Combine(AppContext.BaseDirectory, "MlNetSeqRec.Tests"), "-noColor", "-method", $"*.{nameof(RanksAgreeAddUpAndMend)}");
        (int code, string output, string error) = job.Wait();
        Assert.True(code == 0, output + error);
        Assert.Equal(ranks, output.Split('\n').Count(line => line.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal)));
    }

    // One test, since a rank that failed in one of several would keep the others waiting in the next.
    [Fact]
    public void RanksAgreeAddUpAndMend()
    {
        if (Environment.GetEnvironmentVariable(Asked) is null)
            Assert.Skip("a test of ranks, which another starts");
        using ProcessGroup group = ProcessGroup.JoinIfStarted()!;
        Assert.Same(group, ProcessGroup.JoinIfStarted());
        NativeLibraries.Load();
        try
        {
            Collectives(group);
            Exchange(group);
            Mending(group);
            Ends(group);
            NullIsStillAnException();
        }
        catch (Exception e)
        {
            Console.WriteLine($"rank {group.Rank}: {e}");
            group.Abort(1); // the others wait for this one
        }
    }

    private static void Collectives(ProcessGroup group)
    {
        int n = group.Count, rank = group.Rank;
        Assert.Equal(Environment.MachineName, group.Hosts[rank]);
        Assert.Equal((n, rank), (group.CountOnHost, group.RankOnHost));
        double[] sums = [rank, 0.5], greatest = [rank, -rank];
        group.Sum(sums.AsSpan());
        group.Max(greatest);
        Assert.Equal([n * (n - 1) / 2, 0.5 * n], sums);
        Assert.Equal([n - 1, 0], greatest);
        Assert.Equal(0.25, group.FromFirst(rank == 0 ? 0.25 : 7));
        Assert.Equal("first", group.FromFirst(rank == 0 ? "first" : "another, which is longer"));
        Assert.Equal(Enumerable.Range(0, n).Select(i => new string('é', i)), group.Gather(new string('é', rank)));

        StepSignals signals = new StepSignals(rank == 1, rank == 0, rank == 1, 0.125 * (rank + 1)).Agree(group);
        Assert.Equal(new StepSignals(true, true, false, 0.125), signals); // any rank may cancel; clocks are the first's
        group.Barrier();

        using Tensor values = full(3, 5, rank == 0 ? 4f : 0);
        using Tensor turned = values.t(); // not contiguous: goes by way of a copy
        group.Broadcast(turned);
        Assert.All(values.Values<float>(), value => Assert.Equal(4, value));
        using Tensor large = ones(3_000_000) * (rank + 1);
        group.Sum(large);
        Assert.All(large.Values<float>(), value => Assert.Equal(n * (n + 1) / 2, value));
    }

    // As the ranks that srun starts: an end is a connection that closes.
    private static void Ends(ProcessGroup group)
    {
        using var heard = new System.Collections.Concurrent.BlockingCollection<int>();
        using Lifeline line = group.Tie((dead, _) => heard.Add(dead))!;
        if (group.Rank == group.Count - 1)
        {
            line.Dispose();
        }
        else
        {
            Assert.True(heard.TryTake(out int dead, TimeSpan.FromSeconds(20)));
            Assert.Equal(group.Count - 1, dead);
        }

        group.Barrier();
    }

    // Each rank has rows of its own of a table of 6, and all have row 5.
    private static void Exchange(ProcessGroup group)
    {
        TorchSharp.Modules.Parameter[] parameters = [nn.Parameter(zeros(6, 2)), nn.Parameter(zeros(3))];
        using var exchange = new GradientExchange(group, parameters, hasIds: true);
        int rows = group.Count + 1;
        for (int step = 1; step <= 2; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor table = full([2, 2], step * (group.Rank + 1f));
            (List<Tensor> sums, Tensor loss) = exchange.Sum([table, full([3], (float)step)], full([1], 2f), tensor(new long[] { group.Rank, group.Count }), rows);
            Assert.Equal([rows, 2L], sums[0].shape);
            for (int row = 0; row < group.Count; row++)
                Assert.Equal(step * (row + 1f), sums[0][row, 1].item<float>());
            Assert.Equal(step * group.Count * (group.Count + 1) / 2f, sums[0][group.Count, 0].item<float>());
            Assert.All(sums[1].Values<float>(), value => Assert.Equal(step * group.Count, value));
            Assert.Equal(2f * group.Count, loss.item<float>());
        }

        Assert.Equal((2, 2 * sizeof(float) * (16 + 3 + (rows * 2))), (exchange.Steps, exchange.Bytes));
    }

    private static void Mending(ProcessGroup group)
    {
        using var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Id, Items = 5, TokenRows = 0, Width = 8, Layers = 1, Heads = 1, MaximumLength = 4, Dropout = 0, TokenDropout = 0 });
        using var best = new BestWeights(network);
        Tensor table = network.ItemEncoder.IdTable!.detach();
        var replicas = new Replicas(group, best, [table]);
        table.fill_(group.Rank);
        TrainingState state = replicas.FollowFirst(new TrainingState { Step = 10 + group.Rank, Ranks = 9 });
        Assert.Equal((10, 9), (state.Step, state.Ranks));
        Assert.All(table.Values<float>(), value => Assert.Equal(0, value));
        Assert.False(replicas.Mend());
        if (group.Rank == 1)
            table[2, 3] = 1e-6f;
        Assert.True(replicas.Mend());
        Assert.All(table.Values<float>(), value => Assert.Equal(0, value));
        table.fill_(group.Rank == 1 ? float.NaN : float.PositiveInfinity); // not numbers: all ranks still do the same
        _ = replicas.Mend();
        group.Barrier();
    }

    // Open MPI handles signals too: that of .NET's must stay.
    private static void NullIsStillAnException()
    {
        string? nothing = Environment.GetEnvironmentVariable("SEQREC_TEST_NOTHING");
        Assert.Throws<NullReferenceException>(() => nothing!.Length);
    }
}
