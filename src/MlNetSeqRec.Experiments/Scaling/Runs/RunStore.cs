using System.Text.Json;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// A folder with one Parquet file for each run: any number of trainings, in any number of processes, add to it without waiting
/// for each other, and a file is there whole or not at all. <c>SELECT * FROM 'RUNS/*.parquet'</c> reads it in DuckDB.
/// </summary>
public sealed class RunStore
{
    private const string EpochType = "STRUCT(epoch INTEGER, flops DOUBLE, \"srtFlops\" DOUBLE, loss DOUBLE, \"value\" DOUBLE, seconds DOUBLE)[]";

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    // The columns in the order of data-schemas/run.schema.json.
    private static readonly (string Name, string Type)[] _columns =
    [
        ("schemaVersion", "INTEGER"), ("id", "VARCHAR"), ("started", "VARCHAR"), ("software", "VARCHAR"), ("corpus", "VARCHAR"), ("data", "VARCHAR"),
        ("dataFingerprint", "VARCHAR"), ("users", "BIGINT"), ("items", "BIGINT"), ("events", "BIGINT"), ("encoding", "VARCHAR"), ("layers", "INTEGER"),
        ("width", "INTEGER"), ("heads", "INTEGER"), ("maximumLength", "INTEGER"), ("dropout", "DOUBLE"), ("negatives", "INTEGER"),
        ("positionsPerBatch", "INTEGER"), ("learningRate", "DOUBLE"), ("epochsAsked", "INTEGER"), ("seed", "INTEGER"), ("parameters", "BIGINT"),
        ("tableParameters", "BIGINT"), ("metric", "VARCHAR"), ("flopsCount", "VARCHAR"), ("epochs", EpochType), ("seconds", "DOUBLE"), ("device", "VARCHAR"),
        ("ended", "VARCHAR"),
    ];

    private readonly string _folder;

    /// <param name="folder">The folder; it is made with the first run.</param>
    /// <exception cref="IOException">A file stands there.</exception>
    public RunStore(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        if (File.Exists(folder))
            throw new IOException($"{folder} is a file; a run store is a folder with a Parquet file for each run");
    }

    /// <summary>The ids of the runs that are there.</summary>
    public IReadOnlySet<string> Ids => Files().Select(file => Path.GetFileNameWithoutExtension(file)["run-".Length..]).ToHashSet(StringComparer.Ordinal);

    /// <summary>Adds a run; one with the same id is replaced.</summary>
    public void Append(RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Directory.CreateDirectory(_folder);
        string name = $"run-{run.Id}.parquet";
        string part = Path.Combine(_folder, $".{name}.{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(part + ".json", JsonSerializer.Serialize(run, _json));
            string columns = string.Join(", ", _columns.Select(column => $"{Quote(column.Name)}: {Quote(column.Type)}"));
            using DuckDBConnection connection = Open();
            Execute(connection, $"COPY (SELECT * FROM read_json({Quote(part + ".json")}, format='newline_delimited', columns={{{columns}}})) TO {Quote(part)} (FORMAT parquet)");
            File.Move(part, Path.Combine(_folder, name), overwrite: true);
        }
        finally
        {
            File.Delete(part + ".json");
            File.Delete(part);
        }
    }

    /// <summary>All runs, by id. Records of older layouts are read as they would be written now; their files stay as they are.</summary>
    /// <exception cref="InvalidDataException">A file is no record, or of a later layout.</exception>
    public IReadOnlyList<RunRecord> Read()
    {
        using DuckDBConnection connection = Open();
        return [.. Files().Order(StringComparer.Ordinal).SelectMany(file => Read(connection, file))];
    }

    /// <summary>The runs of one Parquet file.</summary>
    /// <inheritdoc cref="Read()"/>
    public static IReadOnlyList<RunRecord> ReadFile(string file)
    {
        using DuckDBConnection connection = Open();
        return Read(connection, file);
    }

    private string[] Files() => Directory.Exists(_folder) ? Directory.GetFiles(_folder, "run-*.parquet") : [];

    private static List<RunRecord> Read(DuckDBConnection connection, string file)
    {
        var runs = new List<RunRecord>();
        try
        {
            using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // A file name, quoted.
            command.CommandText = $"SELECT CAST(to_json(r) AS VARCHAR) FROM read_parquet([{Quote(file)}]) r";
#pragma warning restore CA2100
            using DuckDBDataReader reader = command.ExecuteReader();
            while (reader.Read())
                runs.Add(RunMigration.ToCurrent(JsonNode.Parse(reader.GetString(0))!.AsObject()).Deserialize<RunRecord>(_json)!);
        }
        catch (Exception e) when (e is DuckDBException or JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{file} is not a record of a run: {e.Message}", e);
        }

        return runs;
    }

    private static DuckDBConnection Open()
    {
        var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        return connection;
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own text and quoted file names.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static string Quote(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
