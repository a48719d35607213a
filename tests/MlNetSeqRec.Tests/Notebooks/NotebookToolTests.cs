using Microsoft.Data.Analysis;
using MlNetSeqRec.Experiments;
using MlNetSeqRec.Notebooks;
using MlNetSeqRec.Tests.Data;
using NJsonSchema;

namespace MlNetSeqRec.Tests.Notebooks;

public sealed class NotebookToolTests : IDisposable
{
    private const string Source = """
        #:project ../src/MlNetSeqRec/MlNetSeqRec.csproj
        #:package ScottPlot@5.1.59
        #:property PublishAot=false
        using Microsoft.ML;

        // %% [markdown] # A title
        // and more

        // %% First
        var one = new Thing(1);
        Console.WriteLine("written");

        // %%
        Console.WriteLine(one.Number + Twice(one.Number));
        int Twice(int number) => 2 * number;

        // %% [types] What it is made of
        public sealed record Thing(int Number);
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ASourceBecomesTitleReferencesTypesAndTheOtherCellsInOrder()
    {
        IReadOnlyList<Cell> cells = Cells(Source);
        Assert.Equal(new Cell(false, "# A title\nand more"), cells[0]);
        Assert.Contains("dotnet pack", cells[1].Text, StringComparison.Ordinal);
        Assert.Equal(
            [
                $"#r \"nuget: MlNetSeqRec, {NotebookFolder.Version}\"", "#r \"nuget: ScottPlot, 5.1.59\"", "#r \"nuget: TorchSharp-cpu, 0.107.0\"",
                "using System;", "using System.IO;", "using System.Linq;", "using System.Collections.Generic;", "using Microsoft.ML;",
            ],
            cells[2].Text.Split('\n'));
        Assert.Equal(
            [
                new(false, "## What it is made of"),
                new(true, "public sealed record Thing(int Number);"),
                new(false, "## First"),
                new(true, "var one = new Thing(1);\nConsole.WriteLine(\"written\");"),
                new(true, "Console.WriteLine(one.Number + Twice(one.Number));\nint Twice(int number) => 2 * number;"),
            ],
            cells.Skip(3));
    }

    [Theory]
    [InlineData("var x = 1;\n// %% [markdown] # T\n// %% A\n", "line 1: only '#:' lines and usings")]
    [InlineData("// %% [markdown] # T\nvar x = 1;\n", "line 2: code in a Markdown cell")]
    [InlineData("// %% [markdown] # T\n// %% [raw] x\n", "line 2: a cell is of kind")]
    [InlineData("// %% [markdown] # T\n// %% [types]\nclass A;\n// %% more\n", "line 4: no cell can follow")]
    [InlineData("// %% Train\nvar x = 1;\n", "does not begin with its title")]
    public void ASourceThatIsNotOneIsRefusedWithItsLine(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Cells(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task AFileHoldsCellsAndOutputsAsTheFormatSays()
    {
        IReadOnlyList<Cell> cells = Cells(Source);
        var outputs = new List<IReadOnlyList<CellOutput>>();
        using (new Workplace())
        {
            var runner = new NotebookRunner();
            foreach (Cell cell in cells)
                outputs.Add(await runner.RunAsync(cell, TestContext.Current.CancellationToken));
        }

        Assert.Equal(["written\n", "3\n"], outputs.SelectMany(some => some).Cast<CellOutput.Written>().Select(written => written.Text));
        string file = _folder["a.ipynb"];
        File.WriteAllText(file, NotebookFile.Write(cells, outputs));
        Assert.Equal(cells, NotebookFile.Read(file));
        Assert.Equal(NotebookFile.Write(cells, []), NotebookFile.WithoutOutputs(File.ReadAllText(file)));

        JsonSchema schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "data-schemas", "notebook.schema.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(File.ReadAllText(file)));
        foreach (string source in new NotebookFolder(Path.Combine(Repository.Root, "notebooks")).Sources)
            Assert.Empty(schema.Validate(File.ReadAllText(NotebookFolder.NotebookOf(source))));
    }

    [Fact]
    public void ANotebookThatWasChangedOrIsMissingIsNamed()
    {
        string source = _folder["01-a.cs"];
        File.WriteAllText(source, Source);
        Assert.Contains("01-a.cs has no notebook", NotebookFolder.Difference(source), StringComparison.Ordinal);
        File.WriteAllText(NotebookFolder.NotebookOf(source), NotebookFile.Write(NotebookFolder.CellsOf(source), []));
        Assert.Null(NotebookFolder.Difference(source));
        File.WriteAllText(source, Source.Replace("Twice(one", "Twice(2 * one", StringComparison.Ordinal));
        Assert.Contains("01-a.ipynb differs", NotebookFolder.Difference(source), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutPackagesTheFirstCellSaysWhatToDo()
    {
        using var workplace = new Workplace(hasPackages: false);
        NotebookException failed = await Assert.ThrowsAsync<NotebookException>(() => new NotebookRunner().RunAsync(Cells(Source).First(cell => cell.IsCode), TestContext.Current.CancellationToken));
        Assert.Contains("run 'dotnet pack -c Release'", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#r \"nuget: MlNetSeqRec, 0.0.9\"", "version 0.")]
    [InlineData("#r \"nuget: Not.There, 1.0\"", "asks for Not.There 1.0, and it is not built here")]
    [InlineData("Console.WriteLine(new Microsoft.ML.MLContext());", "CS0234")]
    [InlineData("throw new InvalidOperationException(\"wrong\");", "InvalidOperationException: wrong, in the cell that begins with 'throw")]
    public async Task ACellThatFailsIsNamedWithItsReason(string code, string message)
    {
        NotebookException failed = await Assert.ThrowsAsync<NotebookException>(() => new NotebookRunner().RunAsync(new Cell(true, code), TestContext.Current.CancellationToken));
        Assert.Contains(message, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TablesAreAlignedAndEscapedAndSayWhatIsLeftOut()
    {
        var shown = new List<ShownOutput>();
        using (Notebook.Receive(shown.Add))
            Notebook.Show(new DataFrame(new StringDataFrameColumn("name", ["<a>", "b & c", null]), new DoubleDataFrameColumn("value", [1.23456, 20, 3])), rows: 2);
        Assert.Equal("name    value\n<a>    1.2346\nb & c      20\n… and 1 more rows", Assert.Single(shown).Text.ReplaceLineEndings("\n"));
        Assert.Contains(">b &amp; c<", shown[0].Data, StringComparison.Ordinal);
        Assert.Contains("&lt;a&gt;", shown[0].Data, StringComparison.Ordinal);
    }

    private IReadOnlyList<Cell> Cells(string text)
    {
        File.WriteAllText(_folder["01-a.cs"], text);
        return NotebookFolder.CellsOf(_folder["01-a.cs"]);
    }
}
