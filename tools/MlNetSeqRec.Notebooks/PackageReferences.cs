using System.Text.Json;
using System.Text.RegularExpressions;

namespace MlNetSeqRec.Notebooks;

/// <summary>
/// Finds what <c>#r "nuget: NAME, VERSION"</c> asks for among the assemblies that this program was built with, so that a cell
/// sees what it references, and no more.
/// </summary>
public sealed partial class PackageReferences
{
    private readonly Dictionary<string, (string Version, string[] Needs, string[] Assemblies)> _libraries = new(StringComparer.OrdinalIgnoreCase);

    private PackageReferences()
    {
    }

    /// <summary>The packages of the running program.</summary>
    public static PackageReferences OfThisProgram()
    {
        var references = new PackageReferences();
        string file = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string ?? string.Empty).Split(';')[0];
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
        JsonElement target = document.RootElement.GetProperty("targets").GetProperty(document.RootElement.GetProperty("runtimeTarget").GetProperty("name").GetString()!);
        foreach (JsonProperty library in target.EnumerateObject())
        {
            string[] name = library.Name.Split('/');
            references._libraries[name[0]] = (name[1], Names(library.Value, "dependencies"), Names(library.Value, "runtime"));
        }

        return references;
    }

    /// <summary>Takes the references out of a cell.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="assemblies">The files that its packages and what they need bring.</param>
    /// <returns>The cell without them; its lines keep their numbers.</returns>
    /// <exception cref="FileNotFoundException">A package is not there, or in another version.</exception>
    public string Resolve(string code, ICollection<string> assemblies)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return PackageLine().Replace(code, line =>
        {
            Add(line.Groups["name"].Value, line.Groups["version"].Value, seen, assemblies);
            return string.Empty;
        });
    }

    private void Add(string name, string? version, HashSet<string> seen, ICollection<string> assemblies)
    {
        if (!seen.Add(name))
            return;
        // All platforms' libtorch, of which the projects of this repository bring that of the platform alone.
        if (name == "TorchSharp-cpu")
        {
            if (!_libraries.Keys.Any(library => library.StartsWith("libtorch-cpu-", StringComparison.Ordinal)) || !_libraries.TryGetValue("TorchSharp", out var torch) || torch.Version != version)
                throw new FileNotFoundException($"The notebook asks for {name} {version}, and no such TorchSharp with a libtorch is built here");
            return;
        }

        if (!_libraries.TryGetValue(name, out (string Version, string[] Needs, string[] Assemblies) library) || (version is not null && library.Version != version))
        {
            throw new FileNotFoundException(
                $"The notebook asks for {name} {version}, and {(library.Version is null ? "it is not" : $"version {library.Version} is")} built here: build the solution, and make the notebook from its source again");
        }

        foreach (string assembly in library.Assemblies)
        {
            string path = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(assembly));
            assemblies.Add(File.Exists(path) ? path : throw new FileNotFoundException($"The notebook needs {name}, and {path} is not there: build the solution first (dotnet build -c Release)"));
        }

        foreach (string need in library.Needs.Where(_libraries.ContainsKey))
            Add(need, null, seen, assemblies);
    }

    private static string[] Names(JsonElement library, string property) =>
        library.TryGetProperty(property, out JsonElement names) ? [.. names.EnumerateObject().Select(name => name.Name)] : [];

    [GeneratedRegex("""^#r "nuget: ?(?<name>[\w.-]+), (?<version>[\w.-]+)"\r?$""", RegexOptions.Multiline)]
    private static partial Regex PackageLine();
}
