using System.Data.Common;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data.Databases;

namespace MlNetSeqRec.Data;

/// <summary>Interactions and items from a database: whatever has a <see cref="DbProviderFactory"/>, by ML.NET's <see cref="DatabaseLoader"/>.</summary>
/// <remarks>
/// The query is the caller's and is passed on as it is; nothing is added to it. It is run anew by each pass over the view, so it should
/// give its rows in a fixed order (ORDER BY): events of the same time keep it. A value that is missing or of a wrong type stops the
/// pass with the number of its row.
/// </remarks>
public static class DatabaseLoading
{
    /// <summary>Reads interactions.</summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="provider">The database's provider, such as <c>NpgsqlFactory.Instance</c>.</param>
    /// <param name="connectionString">Where the database is.</param>
    /// <param name="query">A query that gives one row an event.</param>
    /// <param name="userColumn">The query's column of the user: text or whole numbers.</param>
    /// <param name="itemColumn">That of the item: text or whole numbers.</param>
    /// <param name="timeColumn">That of the time: Unix seconds, or a timestamp or date, which is in UTC where it does not say otherwise.</param>
    /// <param name="timeout">How long a query may take. Default: as long as it takes.</param>
    /// <returns><c>UserId</c> and <c>ItemId</c> (text), <c>Timestamp</c> (Int64, Unix seconds); in the order of the query.</returns>
    /// <exception cref="ArgumentException">The query lacks a column.</exception>
    /// <exception cref="DbException">The database refuses the connection or the query.</exception>
    public static IDataView LoadInteractions(
        this SequentialDataCatalog catalog,
        DbProviderFactory provider,
        string connectionString,
        string query,
        string userColumn = "user_id",
        string itemColumn = "item_id",
        string timeColumn = "timestamp",
        TimeSpan? timeout = null) => View(
            catalog, provider, connectionString, query, Field.OfInteractions(new() { User = userColumn, Item = itemColumn, Time = timeColumn }), timeout);

    /// <summary>Reads items.</summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="provider">The database's provider.</param>
    /// <param name="connectionString">Where the database is.</param>
    /// <param name="query">A query that gives one row an item.</param>
    /// <param name="itemColumn">The query's column of the item: text or whole numbers.</param>
    /// <param name="titleColumn">That of the title: text.</param>
    /// <param name="brandColumn">That of the brand: text; may be absent under its usual name.</param>
    /// <param name="categoriesColumn">That of the categories, from wide to narrow: text; may be absent under its usual name.</param>
    /// <param name="timeout">How long a query may take. Default: as long as it takes.</param>
    /// <returns><c>ItemId</c>, <c>Title</c>, <c>Brand</c>, <c>Categories</c>: text, empty where unknown.</returns>
    /// <exception cref="ArgumentException">The query lacks a column.</exception>
    /// <exception cref="DbException">The database refuses the connection or the query.</exception>
    public static IDataView LoadItems(
        this SequentialDataCatalog catalog,
        DbProviderFactory provider,
        string connectionString,
        string query,
        string itemColumn = "item_id",
        string titleColumn = "title",
        string brandColumn = "brand",
        string categoriesColumn = "categories",
        TimeSpan? timeout = null) => View(
            catalog,
            provider,
            connectionString,
            query,
            Field.OfItems(new() { Item = itemColumn, Title = titleColumn, Brand = brandColumn, Categories = categoriesColumn }),
            timeout);

    private static IDataView View(
        SequentialDataCatalog catalog, DbProviderFactory provider, string connectionString, string query, Field[] fields, TimeSpan? timeout)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        var checkedProvider = new FieldProvider(provider, fields);
        int seconds = (int)Math.Ceiling((timeout ?? TimeSpan.Zero).TotalSeconds);
        Try(checkedProvider, connectionString, query, seconds);
        return View(catalog, fields, new DatabaseSource(checkedProvider, connectionString, query, seconds));
    }

    /// <summary>The rows of a source whose provider is a <see cref="FieldProvider"/>.</summary>
    internal static IDataView View(SequentialDataCatalog catalog, Field[] fields, DatabaseSource source) =>
        catalog.Context.Data.CreateDatabaseLoader([.. fields.Select((field, index) => new DatabaseLoader.Column(field.Name, field.Kind, index))]).Load(source);

    /// <summary>Runs the query without reading its rows: what is wrong with it is said here, not in the middle of training.</summary>
    private static void Try(FieldProvider provider, string connectionString, string query, int seconds)
    {
        using DbConnection connection = provider.CreateConnection();
        connection.ConnectionString = connectionString;
        connection.Open();
        using DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The user's own query.
        command.CommandText = query;
#pragma warning restore CA2100
        command.CommandTimeout = seconds;
        command.ExecuteReader().Dispose();
    }
}
