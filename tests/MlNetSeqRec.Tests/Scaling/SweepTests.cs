using DuckDB.NET.Data;
using MlNetSeqRec.Data;
using MlNetSeqRec.Experiments.Scaling;
using MlNetSeqRec.Tests.Data;

namespace MlNetSeqRec.Tests.Scaling;

public sealed class SweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SamplesAreNestedAndJudgedAlike()
    {
        string data = _folder.WriteShop("shop", users: 60);
        NestedSamples samples = NestedSamples.Open(data, _folder["samples"], heldOutUsers: 15, seed: 1, TestContext.Current.CancellationToken);
        HashSet<string> held = Users(samples.HeldOut), small = Users(Get(60)), large = Users(Get(150)), all = Users(Get(null));
        Assert.Equal(15, held.Count);
        Assert.Equal(10, small.Count); // of six events each
        Assert.Equal(25, large.Count);
        Assert.Equal(45, all.Count);
        Assert.True(small.IsSubsetOf(large));
        Assert.True(large.IsSubsetOf(all));
        Assert.Empty(held.Intersect(all));
        foreach (string folder in new[] { samples.HeldOut, Get(60), Get(null) })
            Assert.Equal("20", Query($"SELECT count(*) FROM read_parquet('{folder}/items.parquet')"));

        // Elsewhere the same users are chosen.
        NestedSamples again = NestedSamples.Open(data, _folder["again"], 15, 1, TestContext.Current.CancellationToken);
        Assert.Equal(held, Users(again.HeldOut));

        string Get(long? size) => samples.Get(data, size, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void SamplesOfAnotherDataSetAreRefused()
    {
        NestedSamples.Open(_folder.WriteShop("shop", 60), _folder["samples"], 15, 1, TestContext.Current.CancellationToken);
        string other = _folder.WriteShop("other", 61);
        Assert.Contains("another data set", Assert.Throws<InvalidDataException>(() => NestedSamples.Open(other, _folder["samples"], 15, 1, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("15 users held out", Assert.Throws<InvalidDataException>(() => NestedSamples.Open(_folder["shop"], _folder["samples"], 16, 1, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("fewer than 99", Assert.Throws<InvalidDataException>(() => NestedSamples.Open(other, _folder["more"], 99, 1, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFingerprintIsThatOfTheRows()
    {
        string data = _folder.WriteShop("shop", 60), again = Directory.CreateDirectory(_folder["again"]).FullName;
        Query($"COPY (SELECT * FROM read_csv('{data}/interactions.tsv', all_varchar = true) ORDER BY item_id DESC) TO '{again}/interactions.tsv' (DELIMITER '\t', HEADER)");
        File.Copy(Path.Combine(data, "items.tsv"), Path.Combine(again, "items.tsv"));
        Assert.Equal(NestedSamples.FingerprintOf(data), NestedSamples.FingerprintOf(again));
        File.WriteAllText(Path.Combine(again, "items.tsv"), File.ReadAllText(Path.Combine(again, "items.tsv")).Replace("Thing 7", "Thing 77", StringComparison.Ordinal));
        Assert.NotEqual(NestedSamples.FingerprintOf(data), NestedSamples.FingerprintOf(again));
    }

    [Fact]
    public void MergedFoldersKeepTheirUsersApart()
    {
        (long users, long items, long interactions) = MergedFolders.Write([_folder.WriteShop("a", 30), _folder.WriteShop("b", 40)], _folder["both"], TestContext.Current.CancellationToken);
        Assert.Equal((70, 40, 420), (users, items, interactions));
        Assert.Contains("a/u7", Users(_folder["both"]));
        Assert.Contains("b/u7", Users(_folder["both"]));
        Assert.Throws<ArgumentException>(() => MergedFolders.Write([_folder["a"], _folder["a"]], _folder["twice"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void CornersComeFirstAndEachRunOnce()
    {
        IReadOnlyList<SweepRun> grid = SweepDesign.Grid([16, 32, 64], [1, 2, 4], [1000, 10_000, null], [5, 4, 3]);
        IReadOnlyList<SweepRun> order = SweepDesign.ByInformation(grid, whole: 100_000);
        Assert.Equal(27, order.Distinct().Count());
        Assert.All(order.Take(4), run => Assert.True(run.Width != 32 && run.Layers != 2 && run.Size != 10_000));
        Assert.Contains(order.Take(12), run => run is { Width: 32 } or { Layers: 2 } or { Size: 10_000 });
        Assert.All(grid, run => Assert.Equal(run.Size switch { 1000 => 5, 10_000 => 4, _ => 3 }, run.Epochs));
        Assert.Throws<ArgumentException>(() => SweepDesign.Grid([16], [1], [1000, null], [1, 2, 3]));

        IReadOnlyList<SweepRun> random = SweepDesign.Random(10, [16, 64], [1, 2], [1000, null], [2], heads: 4, seed: 1);
        Assert.Equal(10, random.Distinct().Count());
        Assert.All(random, run => Assert.True(run.Width is >= 16 and <= 64 && run.Width % 4 == 0));
        Assert.Equal(random, SweepDesign.Random(10, [16, 64], [1, 2], [1000, null], [2], heads: 4, seed: 1));
    }

    [Fact]
    public void ASweepGoesOnWhereItStoppedAndRunsNothingTwice()
    {
        SweepOptions options = Options(_folder.WriteShop("shop", 60));
        SweepReport none = Sweep.Run(options with { TimeLimit = TimeSpan.FromMilliseconds(1) }, null, TestContext.Current.CancellationToken);
        Assert.Equal((4, 0, 0, 4), (none.Runs, none.Before, none.Done, none.Left));

        SweepReport first = Sweep.Run(options with { Runs = [.. options.Runs.Take(2)] }, null, TestContext.Current.CancellationToken);
        Assert.True(first.Failed.Count == 0, string.Join("; ", first.Failed));
        Assert.Equal((0, 2), (first.Before, first.Done));
        SweepReport second = Sweep.Run(options, null, TestContext.Current.CancellationToken);
        Assert.Equal((2, 2, 0), (second.Before, second.Done, second.Left));
        string[] files = Directory.GetFiles(second.Store);
        DateTime[] written = [.. files.Select(File.GetLastWriteTimeUtc)];
        SweepReport third = Sweep.Run(options, null, TestContext.Current.CancellationToken);
        Assert.Equal((4, 0), (third.Before, third.Done));
        Assert.Equal(written, files.Select(File.GetLastWriteTimeUtc));
        Assert.True(third.DeviceHours > second.DeviceHours);

        IReadOnlyList<RunRecord> runs = RunFiles.Read(second.Store);
        RunFiles.CheckComparable(runs);
        Assert.Equal([32L, 64, 32, 64], runs.OrderBy(run => run.Events).ThenBy(run => run.Width).Select(run => (long)run.Width * 2));
        foreach (RunRecord run in runs)
        {
            Assert.Equal(20, run.Items);
            Assert.Equal("text", run.Encoding);
            var size = new NetworkSize { Encoding = ItemEncoding.Text, Items = 20, TokenRows = run.TableParameters / run.Width, Width = run.Width, Layers = 1 };
            Assert.Equal(size.Parameters, run.Parameters);

            // Six events a user: five targets, that look at 1 to 5 places, and 20 scores each; the whole catalogue in one step.
            long users = run.Users;
            Assert.Equal(users * 5, run.Events);
            var work = new TrainingWork { Positions = users * 5, AttentionPairs = users * 15, Scores = users * 5 * 20, ItemVectors = 20 };
            Assert.Equal([TrainingCost.Flops(work, run.Width, 1), 2 * TrainingCost.Flops(work, run.Width, 1)], run.Epochs.Select(epoch => epoch.Flops));
        }

        _folder.WriteShop("shop", 61);
        Assert.Throws<InvalidDataException>(() => Sweep.Run(options, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void ARunThatFailsIsNamedAndTheOthersGoOn()
    {
        SweepOptions options = Options(_folder.WriteShop("shop", 60)) with { Runs = [new SweepRun(16, 1, null, 1), new SweepRun(18, 1, null, 1)] };
        SweepReport report = Sweep.Run(options, null, TestContext.Current.CancellationToken);
        Assert.Equal(1, report.Done);
        Assert.StartsWith("w18-", Assert.Single(report.Failed).Key, StringComparison.Ordinal);
        Assert.Contains("Width must be a multiple of Heads", report.Failed.Single().Value, StringComparison.Ordinal);
    }

    private SweepOptions Options(string data)
    {
        string tests = Path.Combine(Repository.Root, "tests", "MlNetSeqRec.Tests");
        string program = Path.Combine(Repository.Root, "src", "MlNetSeqRec.Cli", Path.GetRelativePath(tests, AppContext.BaseDirectory), "seqrec.dll");
        return new SweepOptions
        {
            Data = data,
            Folder = _folder["sweep"],
            Runs = SweepDesign.Grid([16, 32], [1], [100, null], [2]),
            Program = ["dotnet", program],
            Settings = ["--items", "text"],
            HeldOutUsers = 15,
            Devices = ["cpu"],
            Parallel = 2,
        };
    }

    private static HashSet<string> Users(string folder) => [.. Query($"SELECT string_agg(DISTINCT user_id, ',') FROM read_parquet('{folder}/interactions.parquet')").Split(',')];

    private static string Query(string sql)
    {
        using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture)!;
    }
}
