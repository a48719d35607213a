using System.Diagnostics;

namespace MlNetSeqRec.Tests.Data;

/// <summary>The program, killed without a chance to tidy up; benchmarks/prepare/kill.sh does the same on more rows.</summary>
public sealed class KilledRunTests : IDisposable
{
    private static readonly string _program = Path.Combine(
        Repository.Root, "src", "MlNetSeqRec.Cli", Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "MlNetSeqRec.Tests"), AppContext.BaseDirectory), "seqrec.dll");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledAtRandomMomentsAndStartedAgainGivesTheSameBytes()
    {
        Run.Generate(_folder.Root, new() { Format = MlNetSeqRec.Data.ReviewFormat.Amazon2018, Users = 10_000, Items = 3_000, BrokenLineRate = 0.001, UntitledRate = 0.02 });
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await Prepare("whole", null));
        int duration = (int)clock.ElapsedMilliseconds, killed = 0;
        var random = new Random(11);
        for (int round = 0; round < 2; round++)
        {
            string output = $"killed{round}";
            for (int kill = 0; kill < 2; kill++)
            {
                killed += await Prepare(output, random.Next(duration / 10, duration / 2)) == 0 ? 0 : 1;
            }

            Assert.Equal(0, await Prepare(output, null));
            foreach (string name in new[] { "interactions.parquet", "items.parquet", "rejected.tsv" })
            {
                Assert.Equal(File.ReadAllBytes(_folder[Path.Combine("whole", name)]), File.ReadAllBytes(_folder[Path.Combine(output, name)]));
            }

            Assert.False(Directory.Exists(_folder[Path.Combine(output, ".prepare")]));
        }

        Assert.NotEqual(0, killed);
    }

    /// <summary>Runs it, and kills it after some milliseconds; gives its exit code.</summary>
    private async Task<int> Prepare(string output, int? killAfter)
    {
        string[] arguments = ["prepare", "--reviews", _folder["Generated.csv.gz"], "--items", _folder["meta_Generated.json.gz"], "--out", _folder[output], "--min-item-events", "2"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", [_program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (killAfter is { } milliseconds)
        {
            await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
