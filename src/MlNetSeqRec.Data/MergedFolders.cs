using DuckDB.NET.Data;

namespace MlNetSeqRec.Data;

/// <summary>Puts several data sets together to one, whose ids say which they came from.</summary>
public static class MergedFolders
{
    /// <summary>
    /// Writes <c>interactions.parquet</c> and <c>items.parquet</c> with the rows of all folders, in their order. An id becomes
    /// <c>folder/id</c>, so that the same id of two sets stays two users or items.
    /// </summary>
    /// <param name="folders">What <see cref="SequentialDataLoading.LoadInteractions"/> reads; their last names must differ.</param>
    /// <param name="outputFolder">The folder to write.</param>
    /// <param name="cancellation">Stops it; nothing is left behind then.</param>
    /// <returns>How many users, items and interactions there are.</returns>
    /// <exception cref="ArgumentException">There are fewer than two folders, or two of the same name.</exception>
    /// <exception cref="FileNotFoundException">A folder has no interactions.</exception>
    public static (long Users, long Items, long Interactions) Write(IReadOnlyList<string> folders, string outputFolder, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folders);
        string[] names = [.. folders.Select(folder => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))))];
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two of the folders are named {twice.Key}: ids would get the same prefix.");
        }

        if (folders.Count < 2)
        {
            throw new ArgumentException("At least two folders are needed to put together.");
        }

        using var output = new OutputFolder(outputFolder, Path.Combine(Path.GetFullPath(outputFolder), ".merge"));
        output.DropWork();
        string interactions = Path.Combine(output.WorkFolder, Manifest.Interactions), items = Path.Combine(output.WorkFolder, Manifest.Items);
        using DuckDBConnection connection = Sql.OpenWorkDatabase(output.WorkFolder);
        Copy(connection, names.Zip(folders.Select(folder => LoadedFiles.Interactions(folder).Table)), "user_id, item_id", "timestamp", interactions, cancellation);
        Copy(connection, names.Zip(folders.Select(ItemTable)), "item_id", "title, brand, categories", items, cancellation);
        (long Users, long Items, long Interactions) counts = (
            Sql.Number(connection, $"SELECT count(DISTINCT user_id) FROM read_parquet([{Sql.Literal(interactions)}])", cancellation),
            Sql.Number(connection, $"SELECT count(*) FROM read_parquet([{Sql.Literal(items)}])", cancellation),
            Sql.Number(connection, $"SELECT count(*) FROM read_parquet([{Sql.Literal(interactions)}])", cancellation));
        output.Publish((items, Manifest.Items), (interactions, Manifest.Interactions));
        return counts;
    }

    private static string ItemTable(string folder) =>
        $"(SELECT *, file_row_number AS place FROM read_parquet([{Sql.Literal(LoadedFiles.Items(folder))}], file_row_number = true))";

    private static void Copy(
        DuckDBConnection connection, IEnumerable<(string Name, string Table)> tables, string ids, string others, string target, CancellationToken cancellation)
    {
        string[] idColumns = ids.Split(", ");
        string rows = string.Join(" UNION ALL ", tables.Select((table, i) =>
            $"SELECT {i} AS part, place, {string.Join(", ", idColumns.Select(id => $"concat({Sql.Literal(table.Name + "/")}, {id}) AS {id}"))}, {others} FROM {table.Table}"));
        Sql.Execute(connection, $"COPY (SELECT {ids}, {others} FROM ({rows}) ORDER BY part, place) TO {Sql.Literal(target)} (FORMAT parquet, COMPRESSION zstd)", cancellation);
    }
}
