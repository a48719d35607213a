using System.Diagnostics;

namespace MlNetSeqRec.Tests.Data;

/// <summary>The program, killed without a chance to tidy up; benchmarks/prepare/kill.sh does the same on more rows.</summary>
[Collection(nameof(KilledRunTests))]
public sealed class KilledRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void KilledAtRandomMomentsAndStartedAgainGivesTheSameBytes()
    {
        Run.Generate(_folder.Root, new() { Format = MlNetSeqRec.Data.ReviewFormat.Amazon2018, Users = 10_000, Items = 3_000, BrokenLineRate = 0.001, UntitledRate = 0.02 });
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, Prepare("whole", null));
        int duration = (int)clock.ElapsedMilliseconds, killed = 0;
        var random = new Random(11);
        for (int round = 0; round < 2; round++)
        {
            string output = $"killed{round}";
            for (int kill = 0; kill < 2; kill++)
            {
                killed += Prepare(output, random.Next(duration / 4)) == 0 ? 0 : 1;
            }

            Assert.Equal(0, Prepare(output, null));
            foreach (string name in new[] { "interactions.parquet", "items.parquet", "rejected.tsv" })
            {
                Assert.Equal(File.ReadAllBytes(_folder[Path.Combine("whole", name)]), File.ReadAllBytes(_folder[Path.Combine(output, name)]));
            }

            Assert.False(Directory.Exists(_folder[Path.Combine(output, ".prepare")]));
        }

        Assert.NotEqual(0, killed);
    }

    /// <summary>Runs it, and kills it some milliseconds after its work began; gives its exit code.</summary>
    private int Prepare(string output, int? killAfter)
    {
        using var process = new ChildProcess(
            _folder.Root, [.. ChildProcess.SeqRec, "prepare", "--reviews", "Generated.csv.gz", "--items", "meta_Generated.json.gz", "--out", output, "--min-item-events", "2"]);
        if (killAfter is { } milliseconds)
        {
            process.WaitUntil(() => Directory.Exists(_folder[Path.Combine(output, ".prepare")]));
            Thread.Sleep(milliseconds);
            process.Kill();
        }

        return process.Wait().Code;
    }
}
