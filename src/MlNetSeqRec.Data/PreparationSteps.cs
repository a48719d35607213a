using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Data;

/// <summary>The steps of one preparation, from files to files in the work folder.</summary>
internal sealed class PreparationSteps(
    PreparationOptions options, DuckDBConnection connection, string folder, IProgress<string>? progress, CancellationToken cancellation)
{
    private const string ParquetSettings = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880";

    private readonly ReviewReader _reviews = new(connection, folder, progress, cancellation, options.MostBrokenLines, options.Columns);
    private readonly ItemReader _items = new(connection, folder, progress, cancellation, options.Columns);
    private readonly StageFiles _files = new(folder);
    private readonly Rejects _rejects = new();
    private readonly List<PreparationStage> _stages = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>The review files.</summary>
    public IReadOnlyList<ReadFile> ReviewFiles => _reviews.Files;

    /// <summary>The item files.</summary>
    public IReadOnlyList<ReadFile> ItemFiles => _items.Files;

    /// <summary>The finished items.</summary>
    public string ItemFile { get; } = Path.Combine(folder, "items.part");

    /// <summary>The finished interactions.</summary>
    public string InteractionFile { get; private set; } = "";

    private bool HasItems => options.Items.Count > 0;

    /// <summary>Runs all steps.</summary>
    /// <param name="rejectedFile">The file to write broken lines to.</param>
    public PreparationReport Run(string rejectedFile)
    {
        ReadReviews();
        ReadItems();
        _rejects.Write(connection, rejectedFile, cancellation);
        string users = CountUsers();
        return Write(users);
    }

    /// <summary>Gives the view <c>events</c>.</summary>
    private void ReadReviews()
    {
        _reviews.Read(options.Reviews, options.Format);
        _rejects.Add(connection, "SELECT rowid AS place, why FROM events WHERE why <> ''", _reviews.Files, "", cancellation);
        long lines = _reviews.Files.Sum(file => file.Told.Usable + file.Told.Broken);
        AddStage("read", lines, _reviews.Files.Sum(file => file.Told.Usable), "broken lines, which rejected.tsv lists");
    }

    /// <summary>Gives the views <c>usable(u, i, t, place)</c>, the reviews that count, and <c>items</c>.</summary>
    private void ReadItems()
    {
        if (!HasItems)
        {
            Execute("CREATE VIEW usable AS SELECT u, i, t, rowid AS place FROM events WHERE why IS NULL");
            return;
        }

        _items.Read(options.Items, options.Format);
        _rejects.Add(connection, "SELECT rowid AS place, why FROM item_lines WHERE why <> ''", _items.Files, "items: ", cancellation);
        string fingerprint = Fingerprint.Of(_items.Fingerprint);
        long titled = _files.Get("items", fingerprint, part =>
        {
            Execute($"COPY ({ItemReader.OneLinePerItem}) TO {Sql.Literal(part)} (FORMAT parquet, COMPRESSION lz4)");
            return Number($"SELECT count(*) FROM read_parquet([{Sql.Literal(part)}]) WHERE title <> ''");
        });
        Execute($"CREATE VIEW items AS SELECT * FROM read_parquet([{Sql.Literal(_files.PathOf("items", fingerprint))}])");
        Execute("CREATE VIEW titled AS SELECT item_id FROM items WHERE title <> ''");
        Execute("CREATE VIEW usable AS SELECT u, i, t, e.rowid AS place FROM events e SEMI JOIN titled ON i = titled.item_id WHERE why IS NULL");
        AddStage("items", _items.Files.Sum(file => file.Told.Usable + file.Told.Broken), titled, "broken lines, items without a title or named again");
    }

    /// <summary>
    /// Gives the view <c>users(u, n, number[, before])</c> of the users that stay: their events, their place in the order of their
    /// ids and, for a sample, the events of users before them in the order of sampling. And from then on <c>usable</c> has no rare items.
    /// </summary>
    private string CountUsers()
    {
        string fingerprint = Fingerprint.Of(
            _reviews.Fingerprint,
            _items.Fingerprint,
            ExcludedUsers.FilesOf(options.ExcludeUsersOf).Select(Fingerprint.OfFile),
            options.MinUserEvents,
            options.MinItemEvents,
            options.SampleInteractions is null ? null : options.Seed);
        string core = _files.PathOf("core", fingerprint);
        var stages = _files.Get("users", fingerprint, part => new UserSelection(options, connection, folder, progress, cancellation)
            .Write(part, core, _stages.Single(stage => stage.Name == "read").Out));
        Execute($"CREATE VIEW users AS SELECT * FROM read_parquet([{Sql.Literal(_files.PathOf("users", fingerprint))}])");
        if (options.MinItemEvents > 1)
        {
            Execute($"CREATE OR REPLACE VIEW usable AS SELECT * FROM read_parquet([{Sql.Literal(core)}])");
        }

        foreach (PreparationStage stage in stages)
        {
            AddStage(stage.Name, stage.In, stage.Out, stage.Why, stage.Name == UserSelection.WithoutTitle ? 0 : null);
        }

        AddReviewsWithoutTitle(stages);
        return fingerprint;
    }

    private void AddReviewsWithoutTitle(IEnumerable<PreparationStage> stages)
    {
        if (stages.FirstOrDefault(stage => stage.Name == UserSelection.WithoutTitle) is { } stage)
        {
            // DuckDB keeps the order, so the limit gives the first ones, and only they are looked for.
            _rejects.Add(
                "item without title",
                stage.In - stage.Out,
                $"SELECT e.rowid AS place FROM events e ANTI JOIN titled ON i = titled.item_id WHERE why IS NULL LIMIT {Rejects.ExamplesPerReason}",
                connection,
                _reviews.Files,
                cancellation);
        }
    }

    private PreparationReport Write(string usersFingerprint)
    {
        string chosen = options.SampleInteractions is { } size
            ? string.Create(CultureInfo.InvariantCulture, $"(SELECT * FROM users WHERE before < {size})")
            : "users";
        long interactions = Number($"SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM {chosen} AS chosen");
        if (options.SampleInteractions is not null)
        {
            AddStage("sample of users", _stages[^1].Out, interactions, "users beyond the sample");
        }

        if (interactions == 0)
        {
            string reason = string.Join(", ", _stages.Select(stage => $"{stage.Name}: {stage.In} → {stage.Out}"));
            throw new InvalidDataException($"{options.Reviews[0]}: no interaction is left ({reason}).");
        }

        progress?.Report("Sorting and writing interactions");
        string fingerprint = Fingerprint.Of(usersFingerprint, options.SampleInteractions);
        InteractionFile = _files.PathOf("interactions", fingerprint);
        // Sorting by the users' numbers in place of their ids compares faster, and gives the same order.
        _files.Get("interactions", fingerprint, part => Sql.Execute(
            connection,
            $"""
            COPY (SELECT u AS user_id, i AS item_id, t AS timestamp FROM usable JOIN {chosen} AS chosen USING (u) ORDER BY number, t, place)
            TO {Sql.Literal(part)} ({ParquetSettings})
            """,
            cancellation));
        AddStage("sort and write interactions", interactions, interactions, "");
        long items = WriteItems();
        return new PreparationReport
        {
            Users = Number($"SELECT count(*) FROM {chosen} AS chosen"),
            Items = items,
            Interactions = interactions,
            Rejected = _rejects.Counts,
            RejectedExamples = _rejects.Examples,
            Stages = _stages,
            Seconds = 0,
        };
    }

    private long WriteItems()
    {
        progress?.Report("Writing items");
        string used = $"(SELECT DISTINCT item_id FROM read_parquet([{Sql.Literal(InteractionFile)}]))";
        string items = HasItems
            ? $"SELECT item_id, title, brand, categories FROM items SEMI JOIN {used} AS used USING (item_id) ORDER BY item_id"
            : $"SELECT item_id, '' AS title, '' AS brand, '' AS categories FROM {used} AS used ORDER BY item_id";
        Execute($"COPY ({items}) TO {Sql.Literal(ItemFile)} ({ParquetSettings})");
        long written = Number($"SELECT count(*) FROM read_parquet([{Sql.Literal(ItemFile)}])");
        AddStage("write items", written, written, "");
        return written;
    }

    private void AddStage(string name, long before, long after, string why, double? seconds = null)
    {
        _stages.Add(new(name, before, after, before == after ? "" : why, Math.Round(seconds ?? _clock.Elapsed.TotalSeconds, 3)));
        if (seconds is null)
        {
            _clock.Restart();
        }
    }

    private void Execute(string sql) => Sql.Execute(connection, sql, cancellation);

    private long Number(string sql) => Sql.Number(connection, sql, cancellation);
}
