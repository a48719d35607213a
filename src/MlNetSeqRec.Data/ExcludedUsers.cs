using DuckDB.NET.Data;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Data;

/// <summary>The users of other data sets, as the table <c>excluded(u)</c>.</summary>
internal static class ExcludedUsers
{
    /// <summary>A folder stands for the interactions in it; a file for itself.</summary>
    /// <exception cref="FileNotFoundException">There is no such file, or none in the folder.</exception>
    public static IReadOnlyList<string> FilesOf(IEnumerable<string> sets) => InputFiles.Expand(sets, DataFolder.Interactions);

    /// <summary>Makes the table; empty without sets.</summary>
    public static void Read(
        DuckDBConnection connection, IReadOnlyList<string> sets, string workFolder, IProgress<string>? progress, CancellationToken cancellation)
    {
        Sql.Execute(connection, "CREATE TABLE excluded (u VARCHAR)", cancellation);
        int number = 0;
        foreach (string file in FilesOf(sets))
        {
            string users;
            if (file.EndsWith(".parquet", StringComparison.Ordinal))
            {
                progress?.Report($"Reading {file}");
                users = $"SELECT user_id FROM read_parquet([{Sql.Literal(file)}])";
            }
            else
            {
                string view = $"other{number++}";
                new ReviewReader(connection, workFolder, progress, cancellation).Read([file], ReviewFormat.Auto, view);
                users = $"SELECT u FROM {view} WHERE why IS NULL";
            }

            Insert(connection, file, users, cancellation);
        }
    }

    private static void Insert(DuckDBConnection connection, string file, string users, CancellationToken cancellation)
    {
        try
        {
            Sql.Execute(connection, $"INSERT INTO excluded SELECT DISTINCT * FROM ({users})", cancellation);
        }
        catch (DuckDBException error) when (!Resources.IsDiskFull(error))
        {
            throw new InvalidDataException($"{file} cannot be read for its users: {OneLine.Of(error)}", error);
        }
    }
}
