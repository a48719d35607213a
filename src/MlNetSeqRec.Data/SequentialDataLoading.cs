using System.Data;
using DuckDB.NET.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data.Databases;

namespace MlNetSeqRec.Data;

/// <summary>Readers of raw and prepared files, for <c>mlContext.SequentialRecommendation().Data</c>.</summary>
/// <remarks>
/// Each gives a view that can be read any number of times, by several cursors at once, and that streams from Parquet. Interactions that
/// are Parquet already are read where they lie, of each part only the three columns, each time anew: the files must stay as they are.
/// All else goes into a temporary file, made when the method is called and removed at process end.
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
        return Interactions(catalog, LoadedFiles.Reviews(paths, format, SourceColumns.Usual, messages));
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
        return Items(catalog, LoadedFiles.AmazonItems(paths, format, SourceColumns.Usual, messages));
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
    /// <param name="partitions">
    /// Conditions on the <c>column=value</c> in the paths of the files, such as <c>day>=2026-01-01</c> (=, &lt;, &lt;=, > and >=; whole
    /// numbers by size, else by characters). Files beyond them are not opened. Null: none.
    /// </param>
    /// <returns>
    /// <c>UserId</c> and <c>ItemId</c> (text), <c>Timestamp</c> (Int64); in the order of the files. Where a TSV file has
    /// <c>position</c> in place of <c>timestamp</c>, that is the <c>Timestamp</c>; where it has neither, the number of the row is.
    /// </returns>
    /// <exception cref="ArgumentException">A condition on partitions cannot be read.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, none of these in the folder, or a part that the folder's list names is missing.</exception>
    /// <exception cref="InvalidDataException">A file is empty, cut, not in its layout, or differs from the other parts; or no part is in the partitions.</exception>
    public static IDataView LoadInteractions(
        this SequentialDataCatalog catalog,
        string path,
        string userColumn = "user_id",
        string itemColumn = "item_id",
        string timeColumn = "timestamp",
        IProgress<string>? messages = null,
        IReadOnlyList<string>? partitions = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Interactions(catalog, LoadedFiles.Interactions(path, new SourceColumns { User = userColumn, Item = itemColumn, Time = timeColumn }, messages, partitions));
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
        return Items(catalog, LoadedFiles.Items(path, new SourceColumns { Item = itemColumn, Title = titleColumn, Brand = brandColumn, Categories = categoriesColumn }, messages));
    }

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

    private static InteractionFileView Interactions(SequentialDataCatalog catalog, InteractionSource source) => new(InteractionRows(catalog, source), source);

    // What is read holds what the views give: no value needs a check or a change.
    private static IDataView InteractionRows(SequentialDataCatalog catalog, InteractionSource source) =>
        View(catalog, source.Name, source.Table, Text("UserId", "user_id"), Text("ItemId", "item_id"), new("Timestamp", "timestamp", DbType.Int64, (value, _, _) => value!));

    private static IDataView Items(SequentialDataCatalog catalog, string file) => ItemTokenFile.WithTokens(ItemTexts(catalog, file), file);

    private static IDataView ItemTexts(SequentialDataCatalog catalog, string file) => View(
        catalog,
        file,
        $"read_parquet([{Sql.Literal(file)}])",
        Text("ItemId", "item_id"),
        Text("Title", "title"),
        Text("Brand", "brand"),
        Text("Categories", "categories"));

    private static Field Text(string name, string source) => new(name, source, DbType.String, (value, _, _) => value!);

    private static IDataView View(SequentialDataCatalog catalog, string name, string table, params Field[] fields) => DatabaseLoading.View(
        catalog,
        fields,
        new DatabaseSource(
            new FieldProvider(DuckDBClientFactory.Instance, fields, name),
            DuckDBConnectionStringBuilder.InMemoryConnectionString,
            $"SELECT {string.Join(", ", fields.Select(field => field.Source))} FROM {table}"));
}
