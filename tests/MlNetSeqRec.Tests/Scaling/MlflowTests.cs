using Microsoft.Data.Sqlite;
using MlNetSeqRec.Experiments.Scaling;
using MlNetSeqRec.Tests.Data;

namespace MlNetSeqRec.Tests.Scaling;

/// <summary>A file as MLflow makes it, with a run as SRT's authors log theirs.</summary>
public sealed class MlflowTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RunsAreImported()
    {
        RunRecord run = Assert.Single(RunFiles.Read(Write(("n_inters", "1000"))));
        Assert.Equal(("r1", "amazon", "amazon-100K", 1000L, 5000L, 4000L), (run.Id, run.Corpus, run.Data, run.Events, run.Parameters, run.TableParameters));
        Assert.Equal((2, 32, 300, "srt"), (run.Layers, run.Width, run.Negatives, run.FlopsCount));

        // 1280000 a batch of 128: 10000 an example.
        Assert.Equal([1e7, 2e7], run.Epochs.Select(epoch => epoch.Flops));
        Assert.Equal([null, 0.05], run.Epochs.Select(epoch => epoch.Value));
        Assert.Equal([4.5, 4.25], run.Epochs.Select(epoch => epoch.Loss));
        Assert.Equal(30, run.Seconds);
        new RunStore(_folder["runs"]).Append(run);
        Assert.Equal(run.Epochs, Assert.Single(RunFiles.Read(_folder["runs"])).Epochs);
    }

    [Fact]
    public void ARunThatLogsLessIsNamed()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => RunFiles.Read(Write()));
        Assert.Contains("r1 has no parameter n_inters", error.Message, StringComparison.Ordinal);
    }

    private string Write(params (string Key, string Value)[] more)
    {
        string path = _folder["mlruns.sqlite"];
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.Open();
        Execute("CREATE TABLE runs (run_uuid TEXT, status TEXT, start_time BIGINT, lifecycle_stage TEXT)");
        Execute("CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT)");
        Execute("CREATE TABLE metrics (key TEXT, value FLOAT, timestamp BIGINT, run_uuid TEXT, step BIGINT, is_nan BOOLEAN)");
        Execute("INSERT INTO runs VALUES ('r1', 'FINISHED', 1700158226583, 'active'), ('r2', 'FAILED', 0, 'active'), ('r3', 'FINISHED', 0, 'deleted')");
        (string, string)[] parameters =
        [
            ("dataset", "amazon-100K"), ("model_total_params", "5000"), ("model_non_emb_params", "1000"), ("total_flops", "1280000.0"), ("train_batch_size", "128"),
            ("n_layers", "2"), ("hidden_size", "32"), ("nce_num_negatives", "300"), .. more,
        ];
        foreach ((string key, string value) in parameters)
            Execute($"INSERT INTO params VALUES ('{key}', '{value}', 'r1')");
        foreach ((string key, int step, string value) in new[] { ("train/train_loss", 0, "4.5"), ("time_epoch", 0, "10"), ("train/train_loss", 1, "4.25"), ("time_epoch", 1, "20"), ("valid/ndcg_at_5", 1, "0.05"), ("valid/ndcg_at_5", 1, "0.05") })
            Execute($"INSERT INTO metrics VALUES ('{key}', {value}, 0, 'r1', {step}, 0)");
        return path;

        void Execute(string sql)
        {
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }
}
