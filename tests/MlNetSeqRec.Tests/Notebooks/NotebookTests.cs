using System.Diagnostics;
using MlNetSeqRec.Notebooks;
using MlNetSeqRec.Tests.Data;

namespace MlNetSeqRec.Tests.Notebooks;

/// <summary>Every notebook, whole, cell by cell.</summary>
public class NotebookTests
{
    private static readonly TimeSpan _most = TimeSpan.FromMinutes(2);

    internal static string Folder => Path.Combine(Repository.Root, "notebooks");

    public static TheoryData<string> Sources => [.. new NotebookFolder(Folder).Sources.Select(source => Path.GetFileName(source))];

    [Theory]
    [MemberData(nameof(Sources))]
    public void NotebookAndSourceAreTheSame(string source) => Assert.Null(NotebookFolder.Difference(Path.Combine(Folder, source)));

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
