using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Data;

/// <summary>The steps of one preparation, from files to files in the work folder.</summary>
internal sealed class PreparationSteps(
    PreparationOptions options, DuckDBConnection connection, string folder, IProgress<string>? progress, CancellationToken cancellation)
{
    private const string KeptEvents = "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM kept";

    private const string ParquetSettings = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880";

    private readonly ReviewReader _reviews = new(connection, folder, progress, cancellation, options.MostBrokenLines, options.Columns);
    private readonly ItemReader _items = new(connection, folder, progress, cancellation, options.Columns);
    private readonly StageFiles _files = new(folder);
    private readonly Rejects _rejects = new();
    private readonly List<PreparationStage> _stages = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private string _selection = "";

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
        ChooseUsers();
        FindCore();
        Sample();
        return Write();
    }

    /// <summary>Gives the view <c>events</c>.</summary>
    private void ReadReviews()
    {
        _reviews.Read(options.Reviews, options.Format, partitions: PartitionFilter.Parse(options.Partitions));
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
    /// Gives the view <c>kept(number, u, n)</c> of the users that stay: their place in the order of their ids, and their events; and
    /// the view <c>numbered(number, i, t, place)</c> of these.
    /// </summary>
    private void ChooseUsers()
    {
        _selection = Fingerprint.Of(
            _reviews.Fingerprint,
            _items.Fingerprint,
            ExcludedUsers.FilesOf(options.ExcludeUsersOf).Select(Fingerprint.OfFile),
            options.MinUserEvents);
        SelectedUsers selected = _files.Get("users", _selection, part => new UserSelection(options, connection, folder, progress, cancellation)
            .Write(part, _stages.Single(stage => stage.Name == "read").Out));
        foreach (PreparationStage stage in selected.Stages)
        {
            AddStage(stage.Name, stage.In, stage.Out, stage.Why, stage.Name == UserSelection.WithoutTitle ? 0 : null);
        }

        AddReviewsWithoutTitle(selected.Stages);
        string users = Sql.Literal(_files.PathOf("users", _selection));
        Execute($"CREATE VIEW users AS SELECT CAST(file_row_number AS INTEGER) AS number, u, n FROM read_parquet([{users}], file_row_number=true)");
        Execute("CREATE VIEW kept AS SELECT * FROM users");
        NumberEvents(selected.Key);
    }

    /// <summary>A step of its own: what joining holds in memory is free again when the events are sorted.</summary>
    private void NumberEvents(string key)
    {
        progress?.Report("Numbering their events");
        long events = _files.Get("events", _selection, part =>
        {
            Execute($"""
                COPY (SELECT number, i, t, place FROM (SELECT {key} AS k, i, t, place FROM usable) JOIN (SELECT number, {key} AS k FROM users) USING (k))
                TO {Sql.Literal(part)} (FORMAT parquet, COMPRESSION lz4)
                """);
            return Number($"SELECT count(*) FROM read_parquet([{Sql.Literal(part)}])");
        });
        MakeNumbered("events");
        AddStage("number events", events, events, "");
    }

    private void MakeNumbered(string stage) =>
        Execute($"CREATE OR REPLACE VIEW numbered AS SELECT * FROM read_parquet([{Sql.Literal(_files.PathOf(stage, _selection))}])");

    /// <summary>Leaves the core in <c>kept</c> and <c>numbered</c>.</summary>
    private void FindCore()
    {
        if (options.MinItemEvents <= 1)
        {
            return;
        }

        progress?.Report("Dropping rare items");
        _selection = Fingerprint.Of(_selection, options.MinItemEvents);
        long left = _files.Get("core", _selection, part => new EventCore(options, connection, cancellation).Write(part));
        AddStage(
            "users and items with enough events",
            _stages[^1].Out,
            left,
            $"users with fewer than {options.MinUserEvents} events, items with fewer than {options.MinItemEvents}");
        MakeNumbered("core");
        Execute("CREATE OR REPLACE VIEW kept AS SELECT number, u, events.n FROM users JOIN (SELECT number, count(*) AS n FROM numbered GROUP BY number) events USING (number)");
    }

    /// <summary>Leaves the sample's users in <c>kept</c>.</summary>
    private void Sample()
    {
        if (options.SampleInteractions is not { } size)
        {
            return;
        }

        _selection = Fingerprint.Of(_selection, options.Seed);
        _files.Get("sample", _selection, part => Execute(string.Create(CultureInfo.InvariantCulture, $"""
            COPY (SELECT number, u, n, CAST(sum(n) OVER (ORDER BY {Sql.SampleOrder(options.Seed, "u")} ROWS UNBOUNDED PRECEDING) - n AS BIGINT) AS before FROM kept)
            TO {Sql.Literal(part)} (FORMAT parquet, COMPRESSION lz4)
            """)));
        string order = Sql.Literal(_files.PathOf("sample", _selection));
        Execute(string.Create(
            CultureInfo.InvariantCulture, $"CREATE OR REPLACE VIEW kept AS SELECT number, u, n FROM read_parquet([{order}]) WHERE before < {size}"));
        _selection = Fingerprint.Of(_selection, size);
        AddStage("sample of users", _stages[^1].Out, Number(KeptEvents), "users beyond the sample");
    }

    private void AddReviewsWithoutTitle(IEnumerable<PreparationStage> stages)
    {
        if (stages.FirstOrDefault(stage => stage.Name == UserSelection.WithoutTitle) is not { } stage)
        {
            return;
        }

        long lines = _reviews.Files.Sum(file => file.Told.Lines), wanted = Math.Min(Rejects.ExamplesPerReason, stage.In - stage.Out);
        var first = UserSelection.FirstWithoutTitle(connection, lines, wanted, cancellation);
        _rejects.Add("item without title", stage.In - stage.Out, first, _reviews.Files);
    }

    private PreparationReport Write()
    {
        long interactions = Number(KeptEvents);
        if (interactions == 0)
        {
            string reason = string.Join(", ", _stages.Select(stage => $"{stage.Name}: {stage.In} → {stage.Out}"));
            throw new InvalidDataException($"{options.Reviews[0]}: no interaction is left ({reason}).");
        }

        progress?.Report("Sorting and writing interactions");
        InteractionFile = _files.PathOf("interactions", _selection);
        _files.Get("interactions", _selection, WriteInteractions);
        AddStage("sort and write interactions", interactions, interactions, "");
        long items = WriteItems();
        return new PreparationReport
        {
            Users = Number("SELECT count(*) FROM kept"),
            Items = items,
            Interactions = interactions,
            Rejected = _rejects.Counts,
            RejectedExamples = _rejects.Examples,
            Stages = _stages,
            Seconds = 0,
        };
    }

    private int WriteInteractions(string file)
    {
        string ofSample = options.SampleInteractions is null ? "" : "SEMI JOIN kept USING (number)";
        IdTexts.Register(connection, "user_id", "SELECT u FROM users ORDER BY number", cancellation);
        Execute($"""
            COPY (SELECT user_id(number) AS user_id, i AS item_id, t AS timestamp
                  FROM (SELECT number, i, t, place FROM numbered {ofSample} ORDER BY number, t, place))
            TO {Sql.Literal(file)} ({ParquetSettings})
            """);
        return 0;
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

    private int Execute(string sql) => Sql.Execute(connection, sql, cancellation);

    private long Number(string sql) => Sql.Number(connection, sql, cancellation);
}
