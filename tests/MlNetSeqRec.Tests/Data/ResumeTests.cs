using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

/// <summary>Runs that were stopped, and runs whose folder is prepared already.</summary>
[Collection(nameof(ResumeTests))]
public sealed class ResumeTests : IDisposable
{
    private static readonly string[] Results = ["interactions.parquet", "items.parquet", "rejected.tsv", "vocabulary.bin", "tokens.parquet"];

    private readonly TemporaryFolder _folder = new();
    private readonly AmazonLikeFiles _files;

    public ResumeTests() => _files = Run.Generate(_folder.Root, new() { Users = 300, BrokenLineRate = 0.01, UntitledRate = 0.05 });

    public void Dispose() => _folder.Dispose();

    private PreparationOptions Options(string output) =>
        new() { Reviews = [_files.Reviews], Items = [_files.Items], OutputFolder = _folder[output], MinItemEvents = 2 };

    [Fact]
    public void StoppedAtAnyStepAndStartedAgainGivesTheSameBytes()
    {
        var steps = new List<string>();
        Run.Prepare(Options("whole"), new Reporter(steps.Add));
        for (int stop = 0; stop < steps.Count; stop++)
        {
            using var source = new CancellationTokenSource();
            int told = 0, stopAt = stop;
            var reporter = new Reporter(_ =>
            {
                if (told++ == stopAt)
                {
                    source.Cancel();
                }
            });
            Assert.Throws<OperationCanceledException>(() => DataPreparation.Run(Options($"stopped{stop}"), reporter, source.Token));
            // Nothing is there, or the tables are, without a trace of the tokens, which come last.
            string[] left = [.. Directory.GetFiles(_folder[$"stopped{stop}"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
            Assert.Equal(steps[stop].Contains("vocabulary", StringComparison.Ordinal) || steps[stop].Contains("tokens", StringComparison.Ordinal)
                ? ["interactions.parquet", "items.parquet", "manifest.json", "rejected.tsv"] : [], left);
            Run.Prepare(Options($"stopped{stop}"));
            AssertSame("whole", $"stopped{stop}");
        }
    }

    [Fact]
    public void FinishedStagesAreNotRunAgain()
    {
        Run.Prepare(Options("out") with { KeepWork = true });
        string work = Path.Combine(_folder["out"], ".prepare");
        string lines = Directory.GetFiles(work, "lines-*.parquet").Order().First();
        DateTime written = File.GetLastWriteTimeUtc(lines);
        Run.Prepare(Options("out") with { KeepWork = true, MinUserEvents = 6 });
        Assert.Equal(written, File.GetLastWriteTimeUtc(lines));
        Run.Prepare(Options("fresh") with { MinUserEvents = 6 });
        AssertSame("fresh", "out");
    }

    [Fact]
    public void HalfWrittenStagesAreNotTrusted()
    {
        Run.Prepare(Options("whole"));
        Run.Prepare(Options("out") with { KeepWork = true });
        string work = Path.Combine(_folder["out"], ".prepare");
        foreach (string file in Directory.GetFiles(work, "*.parquet"))
        {
            // As a kill between the table and its marker leaves it.
            File.WriteAllText(file, "half");
            File.Delete(file + ".json");
        }

        File.Delete(Path.Combine(_folder["out"], "manifest.json"));
        Run.Prepare(Options("out"));
        AssertSame("whole", "out");
        Assert.False(Directory.Exists(work));
    }

    [Fact]
    public void AnUnchangedFolderIsLeftAsItIsAndAChangedInputIsNoticed()
    {
        Assert.False(Run.Prepare(Options("out")).UpToDate);
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(_folder["out"], "interactions.parquet"));
        PreparationReport again = Run.Prepare(Options("out"));
        Assert.True(again.UpToDate);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(_folder["out"], "interactions.parquet")));

        Run.Generate(_folder.Root, new() { Users = 301, BrokenLineRate = 0.01, UntitledRate = 0.05 });
        PreparationReport changed = Run.Prepare(Options("out"));
        Assert.False(changed.UpToDate);
        Assert.NotEqual(again.Interactions, changed.Interactions);

        File.Delete(Path.Combine(_folder["out"], "items.parquet"));
        Assert.False(Run.Prepare(Options("out")).UpToDate);
    }

    private void AssertSame(string one, string other)
    {
        foreach (string name in Results)
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder[one], name)), File.ReadAllBytes(Path.Combine(_folder[other], name)));
        }
    }

    private sealed class Reporter(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}
