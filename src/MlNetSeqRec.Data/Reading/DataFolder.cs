namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// The data that a folder stands for: one that this library or a user filled, or one as a cluster writes it, with Parquet parts in it
/// and in the folders below (<c>column=value</c>).
/// </summary>
internal static class DataFolder
{
    public const string Interactions = "interactions", Items = "items";

    /// <summary>A list of a folder's parts, a path in it a line, that whoever writes them may leave there: then none may be missing, and no other be there.</summary>
    public const string PartList = "_PARTS";

    /// <summary>
    /// Its <c>NAME.parquet</c> (a file, or a folder of parts), or else <c>NAME.tsv.gz</c> or <c>NAME.tsv</c>, or else the parts in it, in
    /// ordinal order of their paths; none where it has none.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name"><see cref="Interactions"/> or <see cref="Items"/>.</param>
    /// <param name="partitions">Which parts are wanted; null for all.</param>
    /// <exception cref="FileNotFoundException">A part is missing from the folder's list of parts.</exception>
    /// <exception cref="IOException">The folder is still being written to.</exception>
    /// <exception cref="InvalidDataException">A part is no Parquet file, or is not on the folder's list, or none is wanted.</exception>
    public static IReadOnlyList<string> FilesOf(string folder, string name, PartitionFilter? partitions = null) =>
        NamedFiles(folder, name, partitions) is { Count: > 0 } named ? named : PartsOf(folder, partitions);

    /// <summary>As <see cref="FilesOf"/>, but for parts that lie in the folder itself.</summary>
    public static IReadOnlyList<string> NamedFiles(string folder, string name, PartitionFilter? partitions = null)
    {
        string path = Path.Combine(folder, name);
        return Directory.Exists(path + ".parquet") ? PartsOf(path + ".parquet", partitions)
            : Array.Find([path + ".parquet", path + ".tsv.gz", path + ".tsv"], File.Exists) is { } file ? partitions?.Of([file], folder) ?? [file]
            : [];
    }

    private static string[] PartsOf(string folder, PartitionFilter? partitions)
    {
        string[] all = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => IsData(folder, file)).Order(StringComparer.Ordinal)];
        CheckList(folder, all);
        IReadOnlyList<string> wanted = partitions?.Of(all, folder) ?? all;
        string[] data = [.. wanted], parts = [.. data.Where(IsParquet)];
        if (parts.Length > 0 && Array.Find(data, file => Path.GetFileName(file).StartsWith("part-", StringComparison.Ordinal) && !IsParquet(file)) is { } other)
        {
            throw new InvalidDataException($"{other} is no Parquet file, as other parts of {folder} are.");
        }

        if (Directory.Exists(Path.Combine(folder, "_temporary")) && !File.Exists(Path.Combine(folder, "_SUCCESS")))
        {
            throw new IOException($"{folder} is not whole: it has _temporary and no _SUCCESS, so the job that writes it has not ended.");
        }

        return parts;
    }

    private static void CheckList(string folder, string[] files)
    {
        string list = Path.Combine(folder, PartList);
        if (!File.Exists(list))
        {
            return;
        }

        string[] names = [.. File.ReadAllLines(list).Select(line => line.Trim()).Where(line => line.Length > 0).Select(name => Path.Combine(folder, name))];
        if (names.Except(files, StringComparer.Ordinal).FirstOrDefault() is { } missing)
        {
            throw new FileNotFoundException($"{missing} is missing: {list} names it, as one of {names.Length} parts.", missing);
        }

        if (files.Except(names, StringComparer.Ordinal).FirstOrDefault() is { } other)
        {
            throw new InvalidDataException($"{other} is not one of the {names.Length} parts that {list} names: was the folder written twice?");
        }
    }

    /// <summary>Names that begin with <c>_</c> or <c>.</c> are marks, summaries and checksums.</summary>
    private static bool IsData(string folder, string file) =>
        !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part[0] is '_' or '.');

    private static bool IsParquet(string file) =>
        file.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) || (!Path.HasExtension(file) && ParquetFile.HasMagic(file));
}
