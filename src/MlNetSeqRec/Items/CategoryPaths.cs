namespace MlNetSeqRec;

/// <summary>Splits category paths that are joined by " &gt; ". Names and paths repeat, so one copy of each is kept.</summary>
internal sealed class CategoryPaths(string separator = " > ")
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _paths = new(StringComparer.Ordinal);

    internal string[] Of(string joined)
    {
        if (!_paths.TryGetValue(joined, out string[]? path))
        {
            string[] names = joined.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            _paths.Add(joined, path = Array.ConvertAll(names, name => Name(name)));
        }
        return path;
    }

    /// <summary>The kept copy of a name.</summary>
    internal string Name(ReadOnlySpan<char> name)
    {
        Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> names = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!names.TryGetValue(name, out string? kept))
            names[name] = kept = name.ToString();
        return kept;
    }
}
