using DuckDB.NET.Data;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Data;

/// <summary>The Parquet that data views stream from: files that are there already, or temporary ones made from text.</summary>
internal static class LoadedFiles
{
    /// <summary>What <see cref="SequentialDataLoading.LoadInteractions"/> reads: Parquet where it lies, or a temporary file made from text.</summary>
    public static InteractionSource Interactions(
        string path, SourceColumns? columns = null, IProgress<string>? messages = null, IReadOnlyList<string>? partitions = null)
    {
        columns ??= SourceColumns.Usual;
        PartitionFilter filter = PartitionFilter.Parse(partitions ?? []);
        return InputFiles.Expand([path], DataFolder.Interactions, filter) is [var file] && columns == SourceColumns.Usual && PreparedFile.IsInteractions(file)
            ? InteractionSource.Prepared(file)
            : Reviews([path], ReviewFormat.Auto, columns, messages, filter);
    }

    /// <summary>The Parquet file that <see cref="SequentialDataLoading.LoadItems"/> reads: the folder's own, or a temporary one made from its files, or without rows.</summary>
    public static string Items(string path, SourceColumns? columns = null, IProgress<string>? messages = null)
    {
        columns ??= SourceColumns.Usual;
        IReadOnlyList<string> files = Directory.Exists(path) ? DataFolder.FilesOf(path, DataFolder.Items) : [path];
        bool usual = columns == SourceColumns.Usual;
        if (usual && Directory.Exists(path) && DataFolder.NamedFiles(path, DataFolder.Items).Count == 0 && !files.Any(PreparedFile.HasTitles))
        {
            return ThroughTemporaryFile("items.parquet", (_, _) => "SELECT '' AS item_id, '' AS title, '' AS brand, '' AS categories LIMIT 0")!;
        }

        return usual && files is [var file] && File.Exists(file) && PreparedFile.IsItems(file) ? file : AmazonItems(files, ReviewFormat.Auto, columns, messages);
    }

    /// <summary>As <see cref="Interactions"/>, of files that are all checked.</summary>
    public static InteractionSource Reviews(
        IEnumerable<string> paths, ReviewFormat format, SourceColumns columns, IProgress<string>? messages, PartitionFilter? partitions = null)
    {
        string[] named = [.. paths];
        InteractionSource? inPlace = null;
        string? file = ThroughTemporaryFile("interactions.parquet", (connection, folder) =>
        {
            var reader = new ReviewReader(connection, folder, messages, CancellationToken.None, columns: columns, hashesParquet: false);
            reader.Read(named, format, partitions: partitions);
            Report(messages, connection, "events", reader.Files);
            if (reader.InPlace is not { } query)
            {
                return "SELECT u AS user_id, i AS item_id, t AS timestamp FROM events WHERE why IS NULL ORDER BY rowid";
            }

            inPlace = new InteractionSource(
                $"(SELECT u AS user_id, i AS item_id, t AS timestamp, rowid AS place FROM ({query}) WHERE why IS NULL)",
                string.Join(", ", named),
                [.. reader.Files.Select(read => read.Path)],
                reader.Files.Sum(read => read.Told.Usable));
            return null;
        });
        return inPlace ?? InteractionSource.Prepared(file!);
    }

    /// <summary>A temporary file of items, one row each.</summary>
    public static string AmazonItems(IEnumerable<string> paths, ReviewFormat format, SourceColumns columns, IProgress<string>? messages) =>
        ThroughTemporaryFile("items.parquet", (connection, folder) =>
        {
            var reader = new ItemReader(connection, folder, messages, CancellationToken.None, columns);
            reader.Read(paths, format);
            reader.KeepOneLinePerItem();
            Report(messages, connection, "item_lines", reader.Files);
            return "SELECT item_id, title, brand, categories FROM items ORDER BY place";
        })!;

    // Null, and no file, where there is no query.
    private static string? ThroughTemporaryFile(string name, Func<DuckDBConnection, string, string?> query)
    {
        string folder = TemporaryFolders.Make();
        string work = Directory.CreateDirectory(Path.Combine(folder, "work")).FullName;
        string file = Path.Combine(folder, name);
        bool whole = false;
        try
        {
            using DuckDBConnection connection = Sql.OpenWorkDatabase(work);
            if (query(connection, work) is not { } rows)
            {
                return null;
            }

            Sql.Execute(connection, $"COPY ({rows}) TO {Sql.Literal(file)} (FORMAT parquet)", CancellationToken.None);
            whole = true;
            return file;
        }
        finally
        {
            Directory.Delete(whole ? work : folder, recursive: true);
        }
    }

    private static void Report(IProgress<string>? messages, DuckDBConnection connection, string table, IReadOnlyList<ReadFile> files)
    {
        if (messages is null)
        {
            return;
        }

        var rejects = new Rejects();
        rejects.Add(connection, $"SELECT rowid AS place, why FROM {table} WHERE why <> ''", files, "", CancellationToken.None);
        foreach (var (reason, count) in rejects.Counts)
        {
            RejectedLine first = rejects.Examples.First(example => example.Reason == reason);
            messages.Report($"{count} rejected: {reason} (first: {first.File} line {first.Line})");
        }
    }
}
