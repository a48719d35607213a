using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using MlNetSeqRec.Experiments;

namespace MlNetSeqRec.Notebooks;

/// <summary>
/// Runs a notebook's cells one after another, as a kernel does: each sees what those before it declared. Standard output is
/// taken over while a cell runs.
/// </summary>
public sealed class NotebookRunner
{
    private static readonly string _framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private readonly PackageReferences _packages = PackageReferences.OfThisProgram();

    // What .NET Interactive's kernel imports, and the framework.
    private ScriptOptions _options = ScriptOptions.Default
        .WithLanguageVersion(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Latest)
        .WithOptimizationLevel(OptimizationLevel.Release)
        .WithImports("System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq")
        .WithReferences(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == _framework).Select(path => MetadataReference.CreateFromFile(path)));

    private ScriptState<object>? _state;

    /// <summary>Runs a cell.</summary>
    /// <returns>What it wrote and showed, in order.</returns>
    /// <exception cref="NotebookException">It does not compile, or it threw.</exception>
    public async Task<IReadOnlyList<CellOutput>> RunAsync(Cell cell, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (!cell.IsCode)
            return [];
        var outputs = new List<CellOutput>();
        TextWriter console = Console.Out;
        using var written = new StringWriter { NewLine = "\n" };
        using IDisposable subscription = Notebook.Receive(shown =>
        {
            Take(written, outputs);
            outputs.Add(new CellOutput.Shown(shown.Text, shown.MimeType, shown.Data));
        });
        Console.SetOut(written);
        try
        {
            var assemblies = new List<string>();
            string code = _packages.Resolve(cell.Text, assemblies);
            _options = _options.AddReferences(assemblies.Select(path => MetadataReference.CreateFromFile(path)));
            _state = _state is null
                ? await CSharpScript.RunAsync(code, _options, cancellationToken: cancellation).ConfigureAwait(false)
                : await _state.ContinueWithAsync(code, _options, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new NotebookException($"{(e is CompilationErrorException ? e.Message : $"{e.GetType().Name}: {e.Message}")}, in the cell that begins with '{cell.Text.Split('\n')[0]}'", e);
        }
        finally
        {
            Console.SetOut(console);
        }

        Take(written, outputs);
        return outputs;
    }

    private static void Take(StringWriter written, List<CellOutput> outputs)
    {
        StringBuilder text = written.GetStringBuilder();
        if (text.Length > 0)
            outputs.Add(new CellOutput.Written(text.ToString()));
        text.Clear();
    }
}
