using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Reading;

/// <summary>Tells whether a Parquet file is as <see cref="DataPreparation"/> writes it, so that it can be read without a copy.</summary>
internal static class PreparedFile
{
    /// <summary>Whether it has users, items and times of the right types, none of them missing.</summary>
    public static bool IsInteractions(string path) => Has(path, "user_id VARCHAR", "item_id VARCHAR", "timestamp BIGINT");

    /// <summary>Whether it has the texts of items, none of them missing.</summary>
    public static bool IsItems(string path) => Has(path, "item_id VARCHAR", "title VARCHAR", "brand VARCHAR", "categories VARCHAR");

    /// <summary>Whether it is a Parquet file with titles.</summary>
    public static bool HasTitles(string path)
    {
        using DuckDBConnection connection = Sql.OpenMemory();
        return ParquetFile.Is(path, ReviewFormat.Auto) && ParquetFile.Open(connection, path, CancellationToken.None).Has(SourceColumns.Usual.Title);
    }

    private static bool Has(string path, params string[] columns)
    {
        if (!ParquetFile.Is(path, ReviewFormat.Auto))
        {
            return false;
        }

        using DuckDBConnection connection = Sql.OpenMemory();
        ParquetFile file = ParquetFile.Open(connection, path, CancellationToken.None);
        string missing = string.Join(" OR ", columns.Select(column => $"{column.Split(' ')[0]} IS NULL"));
        try
        {
            return columns.All(column => file.Types.GetValueOrDefault(column.Split(' ')[0]) == column.Split(' ')[1])
                && Sql.Number(connection, $"SELECT count(*) FROM {file.Sql} WHERE {missing}", CancellationToken.None) == 0;
        }
        catch (DuckDBException)
        {
            // It is damaged, which reading it says better.
            return false;
        }
    }
}
