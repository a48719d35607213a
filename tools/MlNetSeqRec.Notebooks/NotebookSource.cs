using System.Text.RegularExpressions;

namespace MlNetSeqRec.Notebooks;

/// <summary>
/// The source of a notebook: a C# file that runs as it is, in which <c>// %%</c> begins a cell. What comes before the first
/// is the references (<c>#:project</c>, <c>#:package</c>) and the usings.
/// </summary>
/// <remarks>
/// | Marker | Cell |
/// |---|---|
/// | <c>// %% [markdown] text</c> | Markdown; it goes on in the comments that follow directly |
/// | <c>// %% text</c> | code, with the text above it as a heading |
/// | <c>// %% [types] text</c> | declarations of types: the last cell of the file, as C# asks, and the first with code in the notebook |
/// </remarks>
public sealed partial class NotebookSource
{
    private const string Marker = "// %%";

    private readonly List<(string Kind, string Title, List<string> Lines)> _parts = [];
    private readonly List<string> _usings = [];
    private readonly List<string> _packages = [];

    private NotebookSource(string path) => Name = Path.GetFileNameWithoutExtension(path);

    /// <summary>The file's name without its ending.</summary>
    public string Name { get; }

    /// <summary>Reads a source.</summary>
    /// <exception cref="InvalidDataException">A line is where it cannot be; the message names file and line.</exception>
    public static NotebookSource Read(string path)
    {
        var source = new NotebookSource(path);
        int number = 0;
        foreach (string line in File.ReadLines(path))
            source.Add(line, $"{Path.GetFileName(path)}, line {++number}");
        if (source._parts is not [("markdown", _, _), _, ..])
            throw new InvalidDataException($"{Path.GetFileName(path)} does not begin with its title: the first cell must be '{Marker} [markdown] # …', and another must follow");
        return source;
    }

    /// <summary>The notebook's cells: the title, what to load, the types, then everything else in order.</summary>
    /// <param name="version">The version of the packages of this repository.</param>
    /// <param name="packageFolder">Where they are, as seen from the notebook.</param>
    public IReadOnlyList<Cell> ToCells(string version, string packageFolder)
    {
        List<Cell> cells = [Markdown(_parts[0]), new(true, Check(version, packageFolder)), new(true, References(version))];
        foreach ((string, string, List<string>) part in _parts.Skip(1).Where(part => part.Kind == "types"))
            cells.AddRange(Code(part));
        foreach ((string Kind, string, List<string>) part in _parts.Skip(1).Where(part => part.Kind != "types"))
            cells.AddRange(part.Kind == "markdown" ? [Markdown(part)] : Code(part));
        return cells;
    }

    private void Add(string line, string place)
    {
        if (MarkerLine().Match(line) is { Success: true } marker)
        {
            if (_parts is [.., ("types", _, _)])
                throw new InvalidDataException($"{place}: no cell can follow the one with types");
            string kind = marker.Groups["kind"].Success ? marker.Groups["kind"].Value : "code";
            if (kind is not ("code" or "markdown" or "types"))
                throw new InvalidDataException($"{place}: a cell is of kind [markdown] or [types], or code without a kind, not [{kind}]");
            _parts.Add((kind, marker.Groups["title"].Value.Trim(), []));
            return;
        }

        if (_parts.Count > 0)
        {
            List<string> lines = _parts[^1].Lines;
            if (_parts[^1].Kind == "markdown" && line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))
                throw new InvalidDataException($"{place}: code in a Markdown cell; begin a cell with '{Marker}' before it");
            lines.Add(_parts[^1].Kind == "markdown" ? line.TrimStart('/').TrimStart(' ') : line);
        }
        else if (DirectiveLine().Match(line) is { Success: true } directive)
        {
            if (directive.Groups["kind"].Value != "property")
                _packages.Add(directive.Groups["kind"].Value == "project" ? Path.GetFileNameWithoutExtension(directive.Groups["name"].Value) : directive.Groups["name"].Value);
        }
        else if (line.StartsWith("using ", StringComparison.Ordinal))
            _usings.Add(line);
        else if (line.Length > 0)
            throw new InvalidDataException($"{place}: only '#:' lines and usings can come before the first '{Marker}'");
    }

    private static Cell Markdown((string, string Title, List<string> Lines) part) => new(false, Join(part.Lines.Prepend(part.Title)));

    private static IEnumerable<Cell> Code((string, string Title, List<string> Lines) part)
    {
        if (part.Title.Length > 0)
            yield return new Cell(false, $"## {part.Title}");
        yield return new Cell(true, Join(part.Lines));
    }

    // A cell of its own, since a kernel looks for packages before it runs any of a cell's code.
    private static string Check(string version, string packageFolder) => $$"""
        // The packages of this repository. Where MlNetSeqRec comes from a package registry, leave out this cell.
        string packages = System.IO.Path.GetFullPath("{{packageFolder}}");
        if (!System.IO.File.Exists(System.IO.Path.Combine(packages, "MlNetSeqRec.{{version}}.nupkg")))
            throw new System.IO.FileNotFoundException($"There is no package MlNetSeqRec {{version}} in {packages}: run 'dotnet pack -c Release' in the repository's folder, then this notebook again from its own folder");
        System.Environment.SetEnvironmentVariable("RestoreAdditionalProjectSources", packages); // #i takes no relative folder
        """;

    private string References(string version)
    {
        IEnumerable<string> packages = _packages.Select(package => package.Contains('@', StringComparison.Ordinal) ? package.Replace("@", ", ", StringComparison.Ordinal) : $"{package}, {version}");
        return Join([.. packages.Select(package => $"#r \"nuget: {package}\""), "#r \"nuget: TorchSharp-cpu, 0.107.0\"", "using System;", "using System.IO;", "using System.Linq;", "using System.Collections.Generic;", .. _usings]);
    }

    private static string Join(IEnumerable<string> lines) => string.Join('\n', lines).Trim('\n');

    [GeneratedRegex(@"^// %%( \[(?<kind>[^\]]*)\])?(?<title>.*)$")]
    private static partial Regex MarkerLine();

    [GeneratedRegex(@"^#:(?<kind>project|package|property) (?<name>.+)$")]
    private static partial Regex DirectiveLine();
}
