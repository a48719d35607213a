using System.Data.Common;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>The published runs of SRT's authors as a table: a row for each run and epoch (run_id, dataset, n_inters, total_params, …).</summary>
internal static class SrtSeriesFile
{
    public const string Metric = "ndcg@5 among 10000 sampled";
    public const string Corpus = "amazon";
    public const string FlopsCount = "srt";

    private static readonly string[] _columns = ["run_id", "dataset", "n_inters", "total_params", "non_emb_params", "num_negatives", "epoch", "cum_train_flops", "train_loss", "time_epoch", "valid_ndcg5"];

    public static IReadOnlyList<RunRecord> Read(string path)
    {
        using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // A file name, quoted.
        command.CommandText = $"SELECT {string.Join(", ", _columns)} FROM read_csv('{path.Replace("'", "''", StringComparison.Ordinal)}', header = true) ORDER BY run_id, epoch";
#pragma warning restore CA2100
        var rows = new List<(RunRecord Run, RunEpoch Epoch, double Seconds)>();
        try
        {
            using DuckDBDataReader reader = command.ExecuteReader();
            while (reader.Read())
                rows.Add(Row(reader));
        }
        catch (Exception e) when (e is DuckDBException or InvalidCastException)
        {
            throw new InvalidDataException($"{path} is not a table of runs; a CSV file with the columns {string.Join(", ", _columns)} was expected: {e.Message}", e);
        }

        if (rows.Count == 0)
            throw new InvalidDataException($"{path} has no run");
        return [.. rows.GroupBy(row => row.Run.Id).Select(group =>
        {
            double seconds = 0;
            RunEpoch[] epochs = [.. group.Select(row => row.Epoch with { Seconds = seconds += row.Seconds })];
            return group.First().Run with { Epochs = epochs, EpochsAsked = epochs.Length, Seconds = seconds };
        })];
    }

    private static (RunRecord Run, RunEpoch Epoch, double Seconds) Row(DbDataReader row)
    {
        double? Number(string column) => row[column] is DBNull ? null : Convert.ToDouble(row[column], System.Globalization.CultureInfo.InvariantCulture);
        double Needed(string column) => Number(column) ?? throw new InvalidCastException($"a row has no {column}");
        var run = new RunRecord
        {
            Id = (string)row["run_id"],
            Software = "SRT",
            Corpus = Corpus,
            Data = (string)row["dataset"],
            Events = (long)Needed("n_inters"),
            Negatives = (int)Needed("num_negatives"),
            Parameters = (long)Needed("total_params"),
            TableParameters = (long)(Needed("total_params") - Needed("non_emb_params")),
            Metric = Metric,
            FlopsCount = FlopsCount,
            Epochs = [],
        };
        double flops = Needed("cum_train_flops");
        var epoch = new RunEpoch { Epoch = (int)Needed("epoch"), Flops = flops, SrtFlops = flops, Loss = Number("train_loss"), Value = Number("valid_ndcg5") };
        return (run, epoch, Number("time_epoch") ?? 0);
    }
}
