using System.IO.Enumeration;

namespace MlNetSeqRec.Data.Reading;

/// <summary>Turns what a user named (files, patterns) into the files to read, in a fixed order.</summary>
internal static class InputFiles
{
    /// <summary>
    /// Files stay in the given order; those of one pattern come in ordinal order of their paths. <c>*</c> and <c>?</c> may stand in
    /// any part of a path; a pattern passes over folders. A folder stands for the files that <see cref="DataFolder"/> finds.
    /// </summary>
    /// <param name="paths">Files, patterns and folders.</param>
    /// <param name="name">What is looked for in a folder: <see cref="DataFolder.Interactions"/> or <see cref="DataFolder.Items"/>.</param>
    /// <param name="partitions">Which files are wanted; null for all.</param>
    /// <exception cref="FileNotFoundException">A file is missing, a pattern matches none, or a folder has no data.</exception>
    /// <exception cref="IOException">A folder is still being written to.</exception>
    /// <exception cref="InvalidDataException">A part in a folder is no Parquet file, or none is wanted.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths, string name, PartitionFilter? partitions = null)
    {
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                IReadOnlyList<string> found = DataFolder.FilesOf(path, name, partitions);
                files.AddRange(found.Count > 0 ? found : throw new FileNotFoundException(
                    $"{path} is a folder, and has neither {name}.parquet, {name}.tsv.gz nor other Parquet files.", path));
                continue;
            }

            if (File.Exists(path))
            {
                files.AddRange(partitions?.Of([path], path) ?? [path]);
                continue;
            }

            string[] matches = IsPattern(path) ? [.. Matches(path).Where(File.Exists).Order(StringComparer.Ordinal)] : [];
            if (matches.Length == 0)
            {
                throw new FileNotFoundException($"{path} does not exist.", path);
            }

            files.AddRange(partitions?.Of(matches, path) ?? matches);
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
