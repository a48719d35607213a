using System.Data;
using DuckDB.NET.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data.Databases;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Data;

/// <summary>Readers of raw and prepared files, for <c>mlContext.SequentialRecommendation().Data</c>.</summary>
/// <remarks>
/// Each gives a view that can be read any number of times, by several cursors at once, and that streams from a Parquet file:
/// one that <see cref="DataPreparation"/> wrote, or a temporary one, made when the method is called and removed at process end.
/// </remarks>
public static class SequentialDataLoading
{
    /// <summary>Reads one file, or all files of a pattern, of raw reviews.</summary>
    /// <inheritdoc cref="LoadAmazonReviews(SequentialDataCatalog, IEnumerable{string}, ReviewFormat, IProgress{string}?)"/>
    public static IDataView LoadAmazonReviews(
        this SequentialDataCatalog catalog, string path, ReviewFormat format = ReviewFormat.Auto, IProgress<string>? messages = null) =>
        catalog.LoadAmazonReviews([path], format, messages);

    /// <summary>Reads raw reviews.</summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="paths">Files, gzip or plain; any part of a path may be a pattern; folders of Parquet files.</param>
    /// <param name="format">Their layout. Default: told from their content.</param>
    /// <param name="messages">Told about progress, and how many lines were rejected for which reason.</param>
    /// <returns>
    /// <c>UserId</c> and <c>ItemId</c> (text), <c>Timestamp</c> (Int64, Unix seconds); a row for each review, duplicates too, in the
    /// order of the files and their lines.
    /// </returns>
    /// <exception cref="FileNotFoundException">A file does not exist, or a folder has no data.</exception>
    /// <exception cref="IOException">A folder is still being written to.</exception>
    /// <exception cref="InvalidDataException">A file is empty, cut, of an unknown layout, or has no usable line.</exception>
    public static IDataView LoadAmazonReviews(
        this SequentialDataCatalog catalog,
        IEnumerable<string> paths,
        ReviewFormat format = ReviewFormat.Auto,
        IProgress<string>? messages = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Interactions(catalog, Reviews(paths, format, SourceColumns.Usual, messages));
    }

    /// <summary>Reads one file, or all files of a pattern, of raw item metadata.</summary>
    /// <inheritdoc cref="LoadAmazonItems(SequentialDataCatalog, IEnumerable{string}, ReviewFormat, IProgress{string}?)"/>
    public static IDataView LoadAmazonItems(
        this SequentialDataCatalog catalog, string path, ReviewFormat format = ReviewFormat.Auto, IProgress<string>? messages = null) =>
        catalog.LoadAmazonItems([path], format, messages);

    /// <summary>Reads raw item metadata.</summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="paths">Files, gzip or plain; any part of a path may be a pattern; folders of Parquet files.</param>
    /// <param name="format">Their layout. Default: told from their content.</param>
    /// <param name="messages">Told about progress, and how many lines were rejected for which reason.</param>
    /// <returns>
    /// <c>ItemId</c>, <c>Title</c>, <c>Brand</c>, <c>Categories</c> (all text, empty where unknown; categories joined by " > "); one row
    /// an item, in the order of the files. A title that is a script fragment ("getTime") is empty.
    /// </returns>
    /// <exception cref="FileNotFoundException">A file does not exist, or a folder has no data.</exception>
    /// <exception cref="IOException">A folder is still being written to.</exception>
    /// <exception cref="InvalidDataException">A file is empty, cut, of an unknown layout, or has no usable line.</exception>
    public static IDataView LoadAmazonItems(
        this SequentialDataCatalog catalog,
        IEnumerable<string> paths,
        ReviewFormat format = ReviewFormat.Auto,
        IProgress<string>? messages = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Items(catalog, AmazonItems(paths, format, SourceColumns.Usual, messages));
    }

    /// <summary>
    /// Reads interactions: a folder as <see cref="DataPreparation"/> writes it, one with <c>interactions.tsv.gz</c> or
    /// <c>interactions.tsv</c>, Parquet as a cluster writes it (a folder of part files, also as <c>interactions.parquet</c> in a folder),
    /// a Parquet file or a pattern.
    /// </summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="path">The folder, file or pattern.</param>
    /// <param name="userColumn">What Parquet calls the user: text or whole numbers.</param>
    /// <param name="itemColumn">What it calls the item: text or whole numbers.</param>
    /// <param name="timeColumn">What it calls the time: Unix seconds, a timestamp or a date.</param>
    /// <param name="messages">Told about progress, and how many rows were rejected for which reason.</param>
    /// <returns>
    /// <c>UserId</c> and <c>ItemId</c> (text), <c>Timestamp</c> (Int64); in the order of the files. Where a TSV file has
    /// <c>position</c> in place of <c>timestamp</c>, that is the <c>Timestamp</c>; where it has neither, the number of the row is.
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file, or none of these in the folder.</exception>
    /// <exception cref="InvalidDataException">A file is empty, cut, not in its layout, or differs from the other parts.</exception>
    public static IDataView LoadInteractions(
        this SequentialDataCatalog catalog,
        string path,
        string userColumn = "user_id",
        string itemColumn = "item_id",
        string timeColumn = "timestamp",
        IProgress<string>? messages = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Interactions(catalog, InteractionsOf(path, new SourceColumns { User = userColumn, Item = itemColumn, Time = timeColumn }, messages));
    }

    /// <summary>
    /// Reads items: of a folder that has <c>items.parquet</c> (a file, or a folder of part files), <c>items.tsv.gz</c> or
    /// <c>items.tsv</c>, a folder of Parquet files with titles, a file or a pattern. A folder without these gives a view with no rows.
    /// </summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="path">The folder, file or pattern.</param>
    /// <param name="itemColumn">What Parquet calls the item: text or whole numbers.</param>
    /// <param name="titleColumn">What it calls the title.</param>
    /// <param name="brandColumn">What it calls the brand; may be absent under its usual name.</param>
    /// <param name="categoriesColumn">What it calls the categories, text or a list of texts; may be absent under its usual name.</param>
    /// <param name="messages">Told about progress, and how many rows were rejected for which reason.</param>
    /// <returns><c>ItemId</c>, <c>Title</c>, <c>Brand</c>, <c>Categories</c>: text, empty where unknown.</returns>
    /// <exception cref="InvalidDataException">A file is empty, cut, not in its layout, or differs from the other parts.</exception>
    public static IDataView LoadItems(
        this SequentialDataCatalog catalog,
        string path,
        string itemColumn = "item_id",
        string titleColumn = "title",
        string brandColumn = "brand",
        string categoriesColumn = "categories",
        IProgress<string>? messages = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Items(catalog, ItemsOf(path, new SourceColumns { Item = itemColumn, Title = titleColumn, Brand = brandColumn, Categories = categoriesColumn }, messages));
    }

    /// <summary>The Parquet file that <see cref="LoadInteractions"/> reads: the folder's own, or a temporary one made from its files.</summary>
    internal static string InteractionsOf(string path, SourceColumns? columns = null, IProgress<string>? messages = null)
    {
        columns ??= SourceColumns.Usual;
        return InputFiles.Expand([path], DataFolder.Interactions) is [var file] && columns == SourceColumns.Usual && PreparedFile.IsInteractions(file)
            ? file
            : Reviews([path], ReviewFormat.Auto, columns, messages);
    }

    /// <summary>The Parquet file that <see cref="LoadItems"/> reads: the folder's own, or a temporary one made from its files, or without rows.</summary>
    internal static string ItemsOf(string path, SourceColumns? columns = null, IProgress<string>? messages = null)
    {
        columns ??= SourceColumns.Usual;
        IReadOnlyList<string> files = Directory.Exists(path) ? DataFolder.FilesOf(path, DataFolder.Items) : [path];
        bool usual = columns == SourceColumns.Usual;
        if (usual && Directory.Exists(path) && DataFolder.NamedFiles(path, DataFolder.Items).Count == 0 && !files.Any(PreparedFile.HasTitles))
        {
            return ThroughTemporaryFile("items.parquet", (_, _) => "SELECT '' AS item_id, '' AS title, '' AS brand, '' AS categories LIMIT 0");
        }

        return usual && files is [var file] && File.Exists(file) && PreparedFile.IsItems(file) ? file : AmazonItems(files, ReviewFormat.Auto, columns, messages);
    }

    private static string Reviews(IEnumerable<string> paths, ReviewFormat format, SourceColumns columns, IProgress<string>? messages) =>
        ThroughTemporaryFile("interactions.parquet", (connection, folder) =>
        {
            var reader = new ReviewReader(connection, folder, messages, CancellationToken.None, columns: columns);
            reader.Read(paths, format);
            Report(messages, connection, "events", reader.Files);
            return "SELECT u AS user_id, i AS item_id, t AS timestamp FROM events WHERE why IS NULL ORDER BY rowid";
        });

    private static string AmazonItems(IEnumerable<string> paths, ReviewFormat format, SourceColumns columns, IProgress<string>? messages) =>
        ThroughTemporaryFile("items.parquet", (connection, folder) =>
        {
            var reader = new ItemReader(connection, folder, messages, CancellationToken.None, columns);
            reader.Read(paths, format);
            reader.KeepOneLinePerItem();
            Report(messages, connection, "item_lines", reader.Files);
            return "SELECT item_id, title, brand, categories FROM items ORDER BY place";
        });

    /// <summary>
    /// Reads the vocabulary that <see cref="DataPreparation"/> learnt from a folder's items; null where it did not. Given to a trainer
    /// together with the folder's items, it saves learning one and reading texts: their tokens are there too.
    /// </summary>
    /// <exception cref="InvalidDataException">The files are damaged, or do not belong to the folder's items.</exception>
    public static ItemTokenizer? LoadTokenizer(this SequentialDataCatalog catalog, string folder)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ItemTokenFile.Load(folder);
    }

    private static string ThroughTemporaryFile(string name, Func<DuckDBConnection, string, string> query)
    {
        string folder = TemporaryFolders.Make();
        string work = Directory.CreateDirectory(Path.Combine(folder, "work")).FullName;
        string file = Path.Combine(folder, name);
        bool whole = false;
        try
        {
            using var connection = Sql.OpenWorkDatabase(work);
            string sql = $"COPY ({query(connection, work)}) TO {Sql.Literal(file)} (FORMAT parquet)";
            Sql.Execute(connection, sql, CancellationToken.None);
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

    private static InteractionFileView Interactions(SequentialDataCatalog catalog, string file) => new InteractionFileView(InteractionRows(catalog, file), file);

    // Prepared files hold what the views give: no value needs a check or a change.
    private static IDataView InteractionRows(SequentialDataCatalog catalog, string file) =>
        View(catalog, file, Text("UserId", "user_id"), Text("ItemId", "item_id"), new("Timestamp", "timestamp", DbType.Int64, (value, _, _) => value!));

    private static IDataView Items(SequentialDataCatalog catalog, string file) => ItemTokenFile.WithTokens(ItemTexts(catalog, file), file);

    private static IDataView ItemTexts(SequentialDataCatalog catalog, string file) =>
        View(catalog, file, Text("ItemId", "item_id"), Text("Title", "title"), Text("Brand", "brand"), Text("Categories", "categories"));

    private static Field Text(string name, string source) => new(name, source, DbType.String, (value, _, _) => value!);

    private static IDataView View(SequentialDataCatalog catalog, string file, params Field[] fields) => DatabaseLoading.View(
        catalog,
        fields,
        new DatabaseSource(
            new FieldProvider(DuckDBClientFactory.Instance, fields, file),
            DuckDBConnectionStringBuilder.InMemoryConnectionString,
            $"SELECT {string.Join(", ", fields.Select(field => field.Source))} FROM read_parquet([{Sql.Literal(file)}])"));
}
