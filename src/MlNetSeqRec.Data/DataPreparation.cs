using System.Diagnostics;
using DuckDB.NET.Data;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Data;

/// <summary>
/// Turns raw review files into a folder to train from: <c>interactions.parquet</c> (<c>user_id</c>, <c>item_id</c>,
/// <c>timestamp</c> in Unix seconds; sorted by user, time and then the order of the files), <c>items.parquet</c>
/// (<c>item_id</c>, <c>title</c>, <c>brand</c>, <c>categories</c>) and <c>manifest.json</c>.
/// </summary>
/// <remarks>
/// Steps, in this order: read, rejecting broken lines; drop reviews of items without a title, if item files are given; drop
/// users (and items) with too few events; sample users. The work is done by DuckDB on disk: memory stays bounded, and the same
/// input and settings give the same Parquet bytes.
/// </remarks>
public sealed class DataPreparation
{
    private const string ParquetSettings = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880";

    private readonly PreparationOptions _options;
    private readonly IProgress<string>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly DuckDBConnection _connection;
    private readonly ReviewReader _reviews;
    private readonly ItemReader _items;
    private readonly List<PreparationStage> _stages = [];
    private readonly Rejects _rejects = new();
    private readonly string _folder;

    private DataPreparation(
        PreparationOptions options, DuckDBConnection connection, string folder, IProgress<string>? progress, CancellationToken cancellation)
    {
        _options = options;
        _connection = connection;
        _folder = folder;
        _progress = progress;
        _cancellation = cancellation;
        _reviews = new ReviewReader(connection, folder, progress, cancellation);
        _items = new ItemReader(connection, folder, progress, cancellation);
    }

    private bool HasItems => _options.Items.Count > 0;

    /// <summary>Prepares a folder.</summary>
    /// <param name="options">What to read, keep and write.</param>
    /// <param name="progress">Told what is being done, one line a step.</param>
    /// <param name="cancellation">Stops the work; nothing is written then.</param>
    /// <exception cref="ArgumentException">A setting makes no sense.</exception>
    /// <exception cref="FileNotFoundException">An input file does not exist.</exception>
    /// <exception cref="IOException">An input is a folder, or the output folder cannot be written to.</exception>
    /// <exception cref="InvalidDataException">An input file is empty, cut, of an unknown layout, or nothing of it is left.</exception>
    public static PreparationReport Run(
        PreparationOptions options, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var clock = Stopwatch.StartNew();
        using var output = new OutputFolder(options.OutputFolder);
        PreparationReport report;
        using (var connection = Sql.OpenWorkDatabase(output.WorkFolder, options.Threads, options.MemoryLimit))
        {
            var preparation = new DataPreparation(options, connection, output.WorkFolder, progress, cancellation);
            preparation.ReadFiles();
            preparation.Filter();
            preparation.Sample();
            report = preparation.Write(clock);
        }

        output.Publish("items.parquet", "interactions.parquet", "manifest.json");
        return report;
    }

    private static void Check(PreparationOptions options)
    {
        if (options.Reviews.Count == 0)
        {
            throw new ArgumentException("No review file is given.", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(options.MinUserEvents);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MinItemEvents);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SampleInteractions ?? 1, nameof(options.SampleInteractions));
    }

    /// <summary>Gives the table <c>kept(u, i, t, place)</c>: the reviews that can be used.</summary>
    private void ReadFiles()
    {
        _reviews.Read(_options.Reviews, _options.Format);
        _rejects.Add(_connection, "SELECT rowid AS place, why FROM events WHERE why <> ''", _reviews.Files, "", _cancellation);
        long lines = Count("events WHERE why IS NULL OR why <> ''");
        _stages.Add(new("read", lines, lines - _rejects.Counts.Values.Sum()));
        if (!HasItems)
        {
            Execute("CREATE TABLE kept AS SELECT u, i, t, rowid AS place FROM events WHERE why IS NULL");
            return;
        }

        _items.Read(_options.Items, _options.Format);
        _rejects.Add(_connection, "SELECT rowid AS place, why FROM item_lines WHERE why <> ''", _items.Files, "items: ", _cancellation);
        _items.KeepOneLinePerItem();
        _progress?.Report("Dropping reviews of items without a title");
        const string titled = "(SELECT item_id FROM items WHERE title <> '')";
        Execute($"""
            CREATE TABLE kept AS SELECT u, i, t, e.rowid AS place FROM events e
            SEMI JOIN {titled} titled ON i = titled.item_id WHERE why IS NULL
            """);
        _rejects.Add(
            _connection,
            $"SELECT e.rowid AS place, 'item without title' AS why FROM events e ANTI JOIN {titled} titled ON i = titled.item_id WHERE why IS NULL",
            _reviews.Files,
            "",
            _cancellation);
        AddStage("items with a title");
    }

    /// <summary>Gives the table <c>users(u, n)</c> of the users that stay, and takes reviews of rare items from <c>kept</c>.</summary>
    private void Filter()
    {
        _progress?.Report("Counting users");
        for (bool changed = _options.MinItemEvents > 1; changed;)
        {
            long before = Count("kept");
            KeepWhere("i", _options.MinItemEvents);
            KeepWhere("u", _options.MinUserEvents);
            changed = Count("kept") != before;
        }

        Execute($"CREATE TABLE users AS SELECT u, count(*) AS n FROM kept GROUP BY u HAVING n >= {_options.MinUserEvents}");
        AddStage("users (and items) with enough events", Sum("users"));
    }

    private void KeepWhere(string key, int minimum)
    {
        Execute($"""
            CREATE TABLE fewer AS SELECT kept.* FROM kept
            SEMI JOIN (SELECT {key} AS often FROM kept GROUP BY {key} HAVING count(*) >= {minimum}) ON {key} = often
            """);
        Execute("DROP TABLE kept");
        Execute("ALTER TABLE fewer RENAME TO kept");
    }

    private void Sample()
    {
        if (_options.SampleInteractions is not { } wanted)
        {
            return;
        }

        // MD5, unlike DuckDB's own hash, is the same in every version and on every machine.
        Execute(
            """
            CREATE TABLE sampled AS SELECT u, n FROM (
                SELECT u, n, sum(n) OVER (ORDER BY md5(concat($1, ':', u)), u ROWS UNBOUNDED PRECEDING) - n AS before FROM users)
            WHERE before < $2
            """,
            _options.Seed,
            wanted);
        Execute("DROP TABLE users");
        Execute("ALTER TABLE sampled RENAME TO users");
        AddStage("sample of users", Sum("users"));
    }

    private PreparationReport Write(Stopwatch clock)
    {
        long interactions = _stages[^1].Out;
        if (interactions == 0)
        {
            string reason = string.Join(", ", _stages.Select(stage => $"{stage.Name}: {stage.In} → {stage.Out}"));
            throw new InvalidDataException($"{_options.Reviews[0]}: no interaction is left ({reason}).");
        }

        _progress?.Report("Sorting interactions");
        Sort();
        _progress?.Report("Writing interactions and items");
        Execute($"COPY interactions TO {Sql.Literal(Path.Combine(_folder, "interactions.parquet"))} ({ParquetSettings})");
        const string used = "(SELECT DISTINCT item_id FROM interactions)";
        string items = HasItems
            ? $"SELECT item_id, title, brand, categories FROM items SEMI JOIN {used} USING (item_id) ORDER BY item_id"
            : $"SELECT item_id, '' AS title, '' AS brand, '' AS categories FROM {used} ORDER BY item_id";
        string itemFile = Path.Combine(_folder, "items.parquet");
        Execute($"COPY ({items}) TO {Sql.Literal(itemFile)} ({ParquetSettings})");

        var report = new PreparationReport
        {
            Users = Count("users"),
            Items = Count($"read_parquet([{Sql.Literal(itemFile)}])"),
            Interactions = interactions,
            Rejected = _rejects.Counts,
            RejectedExamples = _rejects.Examples,
            Stages = _stages,
            Seconds = clock.Elapsed.TotalSeconds,
        };
        Manifest.Write(Path.Combine(_folder, "manifest.json"), _options, _reviews.Files, _items.Files, report, _connection.ServerVersion);
        return report;
    }

    /// <summary>
    /// Sorts by the users' numbers in place of their ids, and into a table in place of straight into the file: together this
    /// takes less than half the time, as numbers are compared faster and the file is then written by all threads.
    /// </summary>
    private void Sort()
    {
        Execute("CREATE TABLE numbered AS SELECT u, row_number() OVER (ORDER BY u) AS number FROM users");
        Execute("""
            CREATE TABLE interactions AS
            SELECT u AS user_id, i AS item_id, t AS timestamp FROM kept JOIN numbered USING (u) ORDER BY number, t, place
            """);
        Execute("DROP TABLE kept");
    }

    private void AddStage(string name, long? left = null) => _stages.Add(new(name, _stages[^1].Out, left ?? Count("kept")));

    private void Execute(string sql, params object[] parameters) => Sql.Execute(_connection, sql, _cancellation, parameters);

    private long Count(string from) => Sql.Number(_connection, $"SELECT count(*) FROM {from}", _cancellation);

    private long Sum(string from) => Sql.Number(_connection, $"SELECT CAST(sum(n) AS BIGINT) FROM {from}", _cancellation);
}
