using System.Globalization;
using Microsoft.Data.Sqlite;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>The runs of an MLflow SQLite file as SRT's authors logged theirs (RecBole with their own parameters and metrics).</summary>
internal static class MlflowFile
{
    private static readonly string[] _needed = ["dataset", "n_inters", "model_total_params", "model_non_emb_params", "total_flops", "train_batch_size"];

    public static IReadOnlyList<RunRecord> Read(string path)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        try
        {
            using var connection = new SqliteConnection(settings.ConnectionString);
            connection.Open();
            List<(string Id, long Start)> runs = Rows(connection, "SELECT run_uuid, start_time FROM runs WHERE lifecycle_stage = 'active' AND status = 'FINISHED' ORDER BY run_uuid", [], row => (row.GetString(0), row.IsDBNull(1) ? 0 : row.GetInt64(1)));
            return runs.Count > 0 ? [.. runs.Select(run => Read(connection, run.Id, run.Start))] : throw new InvalidDataException($"{path} has no finished run");
        }
        catch (SqliteException e)
        {
            throw new InvalidDataException($"{path} is not an MLflow SQLite file: {e.Message}", e);
        }
    }

    private static RunRecord Read(SqliteConnection connection, string id, long start)
    {
        Dictionary<string, string> parameters = Rows(connection, "SELECT key, value FROM params WHERE run_uuid = $id", [("$id", id)], row => (row.GetString(0), row.GetString(1))).ToDictionary(StringComparer.Ordinal);
        if (_needed.FirstOrDefault(name => !parameters.ContainsKey(name)) is { } missing)
            throw new InvalidDataException($"MLflow run {id} has no parameter {missing}: only runs that log what SRT's do can be imported ({string.Join(", ", _needed)})");
        long events = Whole("n_inters");
        double epochFlops = Math.Floor(Number("total_flops") * events / Number("train_batch_size"));
        RunEpoch[] epochs = Epochs(connection, id, epochFlops);
        return new RunRecord
        {
            Id = id,
            Started = start == 0 ? string.Empty : DateTimeOffset.FromUnixTimeMilliseconds(start).ToString("O", CultureInfo.InvariantCulture),
            Software = "MLflow import, " + parameters.GetValueOrDefault("model", "unknown model"),
            Corpus = parameters["dataset"].Split('-')[0],
            Data = parameters["dataset"],
            Items = Optional("n_items"),
            Events = events,
            Encoding = "text",
            Layers = (int)Optional("n_layers"),
            Width = (int)Optional("hidden_size"),
            Heads = (int)Optional("n_heads"),
            MaximumLength = (int)Optional("MAX_ITEM_LIST_LENGTH"),
            Dropout = parameters.ContainsKey("hidden_dropout_prob") ? Number("hidden_dropout_prob") : 0,
            Negatives = (int)Optional("nce_num_negatives"),
            PositionsPerBatch = (int)Whole("train_batch_size"),
            LearningRate = parameters.ContainsKey("learning_rate") ? Number("learning_rate") : 0,
            EpochsAsked = (int)Optional("epochs"),
            Seed = (int)Optional("seed"),
            Parameters = Whole("model_total_params"),
            TableParameters = Whole("model_total_params") - Whole("model_non_emb_params"),
            Metric = SrtSeriesFile.Metric,
            FlopsCount = SrtSeriesFile.FlopsCount,
            Epochs = epochs,
            Seconds = epochs.Length == 0 ? 0 : epochs[^1].Seconds,
            Device = parameters.GetValueOrDefault("device", string.Empty),
        };

        double Number(string name) => double.TryParse(parameters[name], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value : throw new InvalidDataException($"MLflow run {id}: parameter {name} is '{parameters[name]}'; a number was expected");
        long Whole(string name) => (long)Number(name);
        long Optional(string name) => parameters.ContainsKey(name) ? Whole(name) : 0;
    }

    // A step is an epoch, from 0. A validation may have been logged twice, with the same value.
    private static RunEpoch[] Epochs(SqliteConnection connection, string id, double epochFlops)
    {
        List<(string Key, long Step, double Value)> metrics = Rows(
            connection,
            "SELECT key, step, max(value) FROM metrics WHERE run_uuid = $id AND is_nan = 0 AND key IN ('train/train_loss', 'valid/ndcg_at_5', 'time_epoch') GROUP BY key, step ORDER BY step",
            [("$id", id)],
            row => (row.GetString(0), row.GetInt64(1), row.GetDouble(2)));
        double seconds = 0;
        return [.. metrics.GroupBy(metric => metric.Step).Select(step =>
        {
            double? Of(string key) => step.Where(metric => metric.Key == key).Select(metric => (double?)metric.Value).FirstOrDefault();
            seconds += Of("time_epoch") ?? 0;
            double flops = epochFlops * (step.Key + 1);
            return new RunEpoch { Epoch = (int)step.Key + 1, Flops = flops, SrtFlops = flops, Loss = Of("train/train_loss"), Value = Of("valid/ndcg_at_5"), Seconds = seconds };
        })];
    }

    private static List<T> Rows<T>(SqliteConnection connection, string sql, (string Name, object Value)[] parameters, Func<SqliteDataReader, T> read)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters)
            command.Parameters.AddWithValue(name, value);
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }
}
