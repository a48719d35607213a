namespace MlNetSeqRec.Data.Reading;

/// <summary>Turns what a user named (files, patterns) into the files to read, in a fixed order.</summary>
internal static class InputFiles
{
    /// <summary>Files stay in the given order; those of one pattern come in ordinal order of their names.</summary>
    /// <exception cref="FileNotFoundException">A file is missing, or a pattern matches none.</exception>
    /// <exception cref="IOException">A folder stands where a file is expected.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                throw new IOException($"{path} is a folder where a file is expected.");
            }

            if (File.Exists(path))
            {
                files.Add(path);
                continue;
            }

            string name = Path.GetFileName(path);
            string folder = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".";
            string[] matches = name.AsSpan().ContainsAny('*', '?') && Directory.Exists(folder) ? Directory.GetFiles(folder, name) : [];
            if (matches.Length == 0)
            {
                throw new FileNotFoundException($"{path} does not exist.", path);
            }

            Array.Sort(matches, StringComparer.Ordinal);
            files.AddRange(matches);
        }

        return files;
    }
}
