using System.IO.Enumeration;

namespace MlNetSeqRec.Data.Reading;

/// <summary>Turns what a user named (files, patterns) into the files to read, in a fixed order.</summary>
internal static class InputFiles
{
    /// <summary>
    /// Files stay in the given order; those of one pattern come in ordinal order of their paths. <c>*</c> and <c>?</c> may stand in
    /// any part of a path; a pattern passes over folders.
    /// </summary>
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

            string[] matches = IsPattern(path) ? [.. Matches(path).Where(File.Exists).Order(StringComparer.Ordinal)] : [];
            if (matches.Length == 0)
            {
                throw new FileNotFoundException($"{path} does not exist.", path);
            }

            files.AddRange(matches);
        }

        return files;
    }

    private static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    private static IEnumerable<string> Matches(string path)
    {
        string name = Path.GetFileName(path);
        string? folder = Path.GetDirectoryName(path);
        IEnumerable<string> folders = folder is null || !IsPattern(folder) ? [folder ?? ""] : Matches(folder);
        return folders.Where(found => found.Length == 0 || Directory.Exists(found)).SelectMany(found => IsPattern(name)
            ? Directory.EnumerateFileSystemEntries(found.Length == 0 ? "." : found)
                .Select(entry => Path.GetFileName(entry)).Where(entry => FileSystemName.MatchesSimpleExpression(name, entry, ignoreCase: false))
                .Select(entry => Path.Combine(found, entry))
            : [Path.Combine(found, name)]);
    }
}
