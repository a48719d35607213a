using System.Globalization;
using DuckDB.NET.Data;
using Microsoft.ML;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Benchmarks;

/// <summary>
/// From the interactions of a folder to what training works on: the histories of the training part and those of the validation part
/// as indices, through the same steps as <c>seqrec train</c>. With <c>--make N</c> the folder is made first, with so many.
/// </summary>
internal static class SequencesRun
{
    public static void Start(Arguments args)
    {
        SequentialRecommendationCatalog rec = new MLContext(1).SequentialRecommendation();
        string folder = args.Text("data", "data");
        if (args.Number("make", 0) is > 0 and int rows)
            Make(folder, rows, args.Number("items", 5_000_000));
        var clock = new Watch();
        IDataView interactions = rec.Data.LoadInteractions(folder);
        Console.WriteLine($"file checked after {clock.Seconds:F1} s");
        SequenceSplit split = rec.Data.LeaveOneOutSplit(interactions);
        using (DataViewRowCursor cursor = split.Validation.GetRowCursor([]))
            cursor.MoveNext();
        Console.WriteLine($"sequences read after {clock.Seconds:F1} s");
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = index.GetAlternateLookup<ReadOnlySpan<char>>();
        IDataView histories = rec.Transforms.BuildSequences().Fit(split.Train).Transform(split.Train);
        var training = EncodedHistories.Read(histories, "History", null, IndexOf);
        var validation = EncodedHistories.Read(split.Validation, "History", "Target", IndexOf);
        long events = training.Items.LongLength + (2L * validation.Count);
        double seconds = clock.Seconds;
        Console.WriteLine($"{events:N0} interactions of {training.Count:N0} users with {index.Count:N0} items in {seconds:F1} s, {events / seconds:N0} rows/s; {clock}");
        long held = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine($"held at the end: {held / 1e9:F2} GB, {held / (double)events:F1} bytes for an interaction");
        GC.KeepAlive(split);
        GC.KeepAlive(training);
        GC.KeepAlive(validation);
        GC.KeepAlive(histories);

        int IndexOf(ReadOnlyMemory<char> id)
        {
            if (!lookup.TryGetValue(id.Span, out int known))
                index.Add(id.ToString(), known = index.Count);
            return known;
        }
    }

    // Users of 1 to 11 events, in order; items are skewed towards the first ones.
    private static void Make(string folder, int rows, int items)
    {
        string file = Path.Combine(Directory.CreateDirectory(folder).FullName, "interactions.parquet").Replace("'", "''", StringComparison.Ordinal);
        using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Numbers and a quoted path.
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
            COPY (SELECT printf('A%013d', i // 12 * 2 + CAST(i % 12 > hash(i // 12) % 12 AS BIGINT)) AS user_id,
                         printf('B%09d', CAST({items} * pow(hash(i) / 18446744073709551616.0, 3) AS BIGINT)) AS item_id,
                         CAST(1400000000 + 86400 * (i % 12) AS BIGINT) AS timestamp
                  FROM range({rows}) AS r(i)) TO '{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)
            """);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
