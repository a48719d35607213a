using DuckDB.NET.Data;
using MlNetSeqRec.Experiments.Scaling;
using MlNetSeqRec.Tests.Data;
using NJsonSchema;

namespace MlNetSeqRec.Tests.Scaling;

public sealed class RunStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatIsAddedIsRead()
    {
        var store = new RunStore(_folder["runs"]);
        List<RunRecord> runs = Synthetic.Runs(0.001, 1)[..5];
        runs[0] = runs[0] with { Epochs = [new RunEpoch { Epoch = 1, Flops = 1e30, Value = null, Loss = null, Seconds = 0.5 }, .. runs[0].Epochs], Device = "cuda:0 (it's \"one\")" };
        foreach (RunRecord run in runs)
            store.Append(run);
        Assert.Equal(5, store.Ids.Count);
        foreach ((RunRecord expected, RunRecord read) in runs.OrderBy(run => run.Id, StringComparer.Ordinal).Zip(store.Read()))
        {
            Assert.Equal(expected.Epochs, read.Epochs);
            Assert.Equal(expected with { Epochs = [] }, read with { Epochs = [] });
        }
    }

    [Fact]
    public void ManyMayAddAtOnce()
    {
        List<RunRecord> runs = Synthetic.Runs(0.001, 1);
        Parallel.ForEach(runs, run => new RunStore(_folder["runs"]).Append(run));
        Assert.Equal(runs.Count, new RunStore(_folder["runs"]).Read().Count);
        Assert.All(Directory.GetFiles(_folder["runs"]), file => Assert.StartsWith("run-", Path.GetFileName(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task RecordsFollowTheirSchema()
    {
        new RunStore(_folder["runs"]).Append(Synthetic.Runs(0.001, 1)[0]);
        JsonSchema schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "data-schemas", "run.schema.json"), TestContext.Current.CancellationToken);
        string row = Query($"SELECT CAST(to_json(r) AS VARCHAR) FROM read_parquet('{_folder["runs"]}/*.parquet') r");
        Assert.Empty(schema.Validate(row));
        Assert.NotEmpty(schema.Validate(row.Replace("\"events\"", "\"event\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void AnOlderLayoutIsMigrated()
    {
        string file = WriteAs(1);
        RunRecord read = Assert.Single(RunFiles.Read(_folder["runs"]));
        Assert.Equal((RunRecord.CurrentSchema, "abc", "ndcg@10 unseen", "true"), (read.SchemaVersion, read.Corpus, read.Metric, read.FlopsCount));
        Assert.Equal("1", Query($"SELECT CAST(\"schemaVersion\" AS VARCHAR) FROM read_parquet('{file}')"));
    }

    [Fact]
    public void ALaterLayoutIsRefused()
    {
        string file = WriteAs(RunRecord.CurrentSchema + 1);
        Assert.Contains(file, Assert.Throws<InvalidDataException>(() => RunFiles.Read(_folder["runs"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoRunIsRefused()
    {
        Assert.Throws<FileNotFoundException>(() => RunFiles.Read(_folder["nowhere"]));
        Assert.Throws<InvalidDataException>(() => RunFiles.Read(_folder.Root));
        Assert.Throws<InvalidDataException>(() => RunFiles.Read(_folder.Write("run.csv", "a,b\n1,2\n")));
        Assert.Throws<InvalidDataException>(() => RunFiles.Read(_folder.Write("run.parquet", "nothing")));
        Assert.Throws<InvalidDataException>(() => RunFiles.Read(_folder.Write("run.sqlite", "nothing, for long enough to be no header of a database file at all")));
    }

    // The columns of the layout before corpora.
    private string WriteAs(int version)
    {
        string file = Path.Combine(Directory.CreateDirectory(_folder["runs"]).FullName, "run-old.parquet");
        Query($"""
            COPY (SELECT {version} AS "schemaVersion", 'old' AS id, 'abc' AS "dataFingerprint", 100 AS events, 1000 AS parameters,
            [struct_pack("epoch" := 1, flops := 1e9, loss := 2.0, "value" := 0.1, seconds := 1.0)] AS epochs) TO '{file}' (FORMAT parquet)
            """);
        return file;
    }

    private static string Query(string sql)
    {
        using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture)!;
    }
}
