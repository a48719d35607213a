namespace MlNetSeqRec.Tests.Notebooks;

/// <summary>Every notebook, whole, as the program that it is too.</summary>
[Collection(nameof(NotebookProgramTests))]
public sealed class NotebookProgramTests : IDisposable
{
    private readonly Data.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(NotebookTests.Sources), MemberType = typeof(NotebookTests))]
    public void RunsAsAProgram(string source)
    {
        string written = ChildProcess.OutputOf(_folder.Root, "dotnet", "run", "-c", "Release", Path.Combine(NotebookTests.Folder, source));
        string[] plots = [.. written.Split('\n').Where(line => line.StartsWith("[plot] ", StringComparison.Ordinal)).Select(line => line["[plot] ".Length..].TrimEnd())];
        Assert.NotEmpty(plots);
        Assert.All(plots, plot => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(plot)[..4]));
        Assert.DoesNotContain("warning", written, StringComparison.Ordinal);
        foreach (string plot in plots)
            File.Delete(plot);
    }
}
