using System.Reflection;

namespace MlNetSeqRec.Notebooks;

/// <summary>The folder of sources and of the notebooks that are made from them.</summary>
/// <param name="path">The folder.</param>
public sealed class NotebookFolder(string path)
{
    internal const string Packages = "../artifacts/packages";

    /// <summary>The version of the packages that notebooks ask for: that of this program.</summary>
    public static string Version { get; } = typeof(NotebookFolder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>All sources, in order.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public IReadOnlyList<string> Sources
    {
        get
        {
            string[] sources = Directory.Exists(path) ? [.. Directory.GetFiles(path, "??-*.cs").Order(StringComparer.Ordinal)] : [];
            return sources.Length > 0 ? sources : throw new FileNotFoundException($"There is no source of a notebook (NN-name.cs) in {path}");
        }
    }

    /// <summary>The notebook of a source.</summary>
    public static string NotebookOf(string source) => System.IO.Path.ChangeExtension(source, ".ipynb");

    /// <summary>The cells that a source makes.</summary>
    public static IReadOnlyList<Cell> CellsOf(string source) => NotebookSource.Read(source).ToCells(Version, Packages);

    /// <summary>Runs a source's cells and writes its notebook with what they gave.</summary>
    public static async Task MakeAsync(string source, CancellationToken cancellation = default)
    {
        IReadOnlyList<Cell> cells = CellsOf(source);
        using var workplace = new Workplace();
        var runner = new NotebookRunner();
        var outputs = new List<IReadOnlyList<CellOutput>>();
        foreach (Cell cell in cells)
            outputs.Add(await runner.RunAsync(cell, cancellation).ConfigureAwait(false));
        string temporary = NotebookOf(source) + ".tmp";
        await File.WriteAllTextAsync(temporary, NotebookFile.Write(cells, outputs), cancellation).ConfigureAwait(false);
        File.Move(temporary, NotebookOf(source), overwrite: true);
    }

    /// <summary>What is wrong with a source's notebook, in one line; null where it is what the source makes, outputs aside.</summary>
    public static string? Difference(string source)
    {
        string notebook = NotebookOf(source);
        if (!File.Exists(notebook))
            return $"{System.IO.Path.GetFileName(source)} has no notebook: make it with 'dotnet run --project tools/MlNetSeqRec.Notebooks -c Release -- make'";
        return NotebookFile.WithoutOutputs(File.ReadAllText(notebook)) == NotebookFile.Write(CellsOf(source), [])
            ? null
            : $"{System.IO.Path.GetFileName(notebook)} differs from what {System.IO.Path.GetFileName(source)} makes: change the source alone, then 'dotnet run --project tools/MlNetSeqRec.Notebooks -c Release -- make'";
    }
}
