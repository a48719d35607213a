namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// The data that a folder stands for: one that this library or a user filled, or one as a cluster writes it, with Parquet parts in it
/// and in the folders below (<c>column=value</c>).
/// </summary>
internal static class DataFolder
{
    public const string Interactions = "interactions", Items = "items";

    /// <summary>
    /// Its <c>NAME.parquet</c> (a file, or a folder of parts), or else <c>NAME.tsv.gz</c> or <c>NAME.tsv</c>, or else the parts in it, in
    /// ordinal order of their paths; none where it has none.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name"><see cref="Interactions"/> or <see cref="Items"/>.</param>
    /// <exception cref="IOException">The folder is still being written to.</exception>
    /// <exception cref="InvalidDataException">A part is no Parquet file.</exception>
    public static IReadOnlyList<string> FilesOf(string folder, string name) =>
        NamedFiles(folder, name) is { Count: > 0 } named ? named : PartsOf(folder);

    /// <summary>As <see cref="FilesOf"/>, but for parts that lie in the folder itself.</summary>
    public static IReadOnlyList<string> NamedFiles(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return Directory.Exists(path + ".parquet") ? PartsOf(path + ".parquet")
            : Array.Find([path + ".parquet", path + ".tsv.gz", path + ".tsv"], File.Exists) is { } file ? [file]
            : [];
    }

    private static string[] PartsOf(string folder)
    {
        string[] data = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => IsData(folder, file)).Order(StringComparer.Ordinal)];
        string[] parts = [.. data.Where(IsParquet)];
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

    /// <summary>Names that begin with <c>_</c> or <c>.</c> are marks, summaries and checksums.</summary>
    private static bool IsData(string folder, string file) =>
        !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part[0] is '_' or '.');

    private static bool IsParquet(string file) =>
        file.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) || (!Path.HasExtension(file) && ParquetFile.HasMagic(file));
}
