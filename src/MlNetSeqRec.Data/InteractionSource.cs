namespace MlNetSeqRec.Data;

/// <summary>Interactions where they lie: Parquet that queries read without a copy, each time anew.</summary>
/// <param name="Table">A table expression with user_id, item_id (VARCHAR), timestamp (BIGINT) and place, the number of the row in all files.</param>
/// <param name="Name">The file, or the folder of parts, for errors.</param>
/// <param name="Files">What is read.</param>
/// <param name="Rows">How many rows there are.</param>
internal sealed record InteractionSource(string Table, string Name, IReadOnlyList<string> Files, long Rows)
{
    /// <summary>A file as <see cref="DataPreparation"/> writes it.</summary>
    public static InteractionSource Prepared(string file)
    {
        using var connection = Sql.OpenMemory();
        return new InteractionSource(
            $"(SELECT user_id, item_id, timestamp, file_row_number AS place FROM read_parquet([{Sql.Literal(file)}], file_row_number=true))",
            file,
            [file],
            Sql.Number(connection, $"SELECT count(*) FROM read_parquet([{Sql.Literal(file)}])", CancellationToken.None));
    }
}
