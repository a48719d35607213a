using System.Diagnostics;
using MlNetSeqRec.Notebooks;
using MlNetSeqRec.Tests.Data;

namespace MlNetSeqRec.Tests.Notebooks;

/// <summary>Every notebook, whole: as a program, and cell by cell.</summary>
public class NotebookTests
{
    private static readonly TimeSpan _most = TimeSpan.FromMinutes(2);

    private static string Folder => Path.Combine(Repository.Root, "notebooks");

    public static TheoryData<string> Sources => [.. new NotebookFolder(Folder).Sources.Select(source => Path.GetFileName(source))];

    [Theory]
    [MemberData(nameof(Sources))]
    public void NotebookAndSourceAreTheSame(string source) => Assert.Null(NotebookFolder.Difference(Path.Combine(Folder, source)));

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task RunsAsAProgram(string source)
    {
        var start = new ProcessStartInfo("dotnet", ["run", "-c", "Release", Path.Combine(Folder, source)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["OMP_NUM_THREADS"] = "1"; // networks so small gain nothing from more, and lose where cores are busy
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(_most, TestContext.Current.CancellationToken);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        string written = await output;
        Assert.True(process.ExitCode == 0, $"{source} ended with {process.ExitCode}: {await errors}{written}");
        string[] plots = [.. written.Split('\n').Where(line => line.StartsWith("[plot] ", StringComparison.Ordinal)).Select(line => line["[plot] ".Length..].TrimEnd())];
        Assert.NotEmpty(plots);
        Assert.All(plots, plot => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(plot)[..4]));
        Assert.DoesNotContain("warning", written, StringComparison.Ordinal);
        foreach (string plot in plots)
            File.Delete(plot);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task RunsCellByCell(string source)
    {
        using var workplace = new Workplace();
        using var thread = new OneTorchThread();
        var runner = new NotebookRunner();
        var clock = Stopwatch.StartNew();
        var outputs = new List<CellOutput>();
        foreach (Cell cell in NotebookFile.Read(NotebookFolder.NotebookOf(Path.Combine(Folder, source))))
            outputs.AddRange(await runner.RunAsync(cell, TestContext.Current.CancellationToken));
        Assert.True(clock.Elapsed < _most, $"{source} took {clock.Elapsed}");
        Assert.Contains(outputs, output => output is CellOutput.Shown { MimeType: "text/html" } table && table.Data.StartsWith("<table>", StringComparison.Ordinal));
        Assert.Contains(outputs, output => output is CellOutput.Shown { MimeType: "image/png" } plot && Convert.FromBase64String(plot.Data).Length > 1000);
    }

    private sealed class OneTorchThread : IDisposable
    {
        private readonly int _before = TorchSharp.torch.get_num_threads();

        public OneTorchThread() => TorchSharp.torch.set_num_threads(1);

        public void Dispose() => TorchSharp.torch.set_num_threads(_before);
    }
}
