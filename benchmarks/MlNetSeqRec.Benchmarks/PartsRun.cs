using System.Globalization;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Benchmarks;

/// <summary>
/// Ratings in the layout of 2018 (<c>--ratings FILE.csv.gz</c>) as a cluster would leave them: the same rows in the same order as one
/// Parquet file, OUT/one/interactions.parquet, and in <c>--parts</c> of them, OUT/many/interactions.parquet/part-NNNNN.parquet.
/// </summary>
internal static class PartsRun
{
    public static void Start(Arguments args)
    {
        string output = args.Text("out", "parts");
        int parts = args.Number("parts", 10);
        string one = Path.Combine(Directory.CreateDirectory(Path.Combine(output, "one")).FullName, "interactions.parquet");
        string many = Directory.CreateDirectory(Path.Combine(output, "many", "interactions.parquet")).FullName;
        using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        string columns = "{'item_id': 'VARCHAR', 'user_id': 'VARCHAR', 'rating': 'FLOAT', 'timestamp': 'BIGINT'}";
        Execute($"COPY (SELECT user_id, item_id, rating, timestamp FROM read_csv('{args.Text("ratings", "ratings.csv.gz")}', header=false, columns={columns})) TO '{one}' (FORMAT parquet)");
        long rows = Convert.ToInt64(Execute($"SELECT count(*) FROM '{one}'"), CultureInfo.InvariantCulture);
        for (int part = 0; part < parts; part++)
        {
            string file = Path.Combine(many, $"part-{part:D5}.parquet");
            Execute($"""
                COPY (SELECT user_id, item_id, rating, timestamp FROM read_parquet('{one}', file_row_number=true)
                      WHERE file_row_number >= {rows * part / parts} AND file_row_number < {rows * (part + 1) / parts} ORDER BY file_row_number)
                TO '{file}' (FORMAT parquet)
                """);
        }

        Console.WriteLine($"{rows:N0} rows in one file of {new FileInfo(one).Length / 1e6:F0} MB, and in {parts} parts");

        object? Execute(string sql)
        {
            using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Numbers, and paths that the caller wrote.
            command.CommandText = sql;
#pragma warning restore CA2100
            return command.ExecuteScalar();
        }
    }
}
