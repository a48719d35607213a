using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// Reads review files into the view <c>events(u, i, t, why, rowid)</c>, one row a line, in order: a row's <c>rowid</c> is its
/// place in all files, and so the tie-breaker of equal times. Rejected lines stay, with their reason.
/// </summary>
internal sealed class ReviewReader(
    DuckDBConnection connection,
    string workFolder,
    IProgress<string>? progress,
    CancellationToken cancellation,
    double mostBroken = 1,
    SourceColumns? columns = null,
    bool hashesParquet = true)
{
    private const string Columns = "u, i, t, why";

    private readonly SourceColumns _columns = columns ?? SourceColumns.Usual;

    private readonly FileReader _reader = new(connection, workFolder, progress, cancellation) { MostBroken = mostBroken, HashesParquet = hashesParquet };

    /// <summary>The files read so far.</summary>
    public IReadOnlyList<ReadFile> Files => _reader.Files;

    /// <summary>The query of the view where all files are Parquet, so that it needs nothing but them; else null.</summary>
    public string? InPlace { get; private set; }

    /// <summary>Of the files read so far.</summary>
    public string Fingerprint => _reader.FilesFingerprint;

    /// <summary>Reads all files, which must share one layout.</summary>
    /// <param name="paths">Files and patterns.</param>
    /// <param name="format">Their layout.</param>
    /// <param name="view">The name of the view.</param>
    /// <param name="partitions">Which parts of folders are wanted; null for all.</param>
    /// <exception cref="InvalidDataException">A file is empty, cut, of an unknown or another layout, or has too few usable lines.</exception>
    public void Read(IEnumerable<string> paths, ReviewFormat format, string view = "events", PartitionFilter? partitions = null)
    {
        var files = InputFiles.Expand(paths, DataFolder.Interactions, partitions).Select(path => Open(path, format)).ToList();
        foreach (ReviewFile file in files)
        {
            if (file.Layout != files[0].Layout)
            {
                throw new InvalidDataException(
                    $"{file.Path} has the layout '{file.Layout}', but {files[0].Path} has '{files[0].Layout}': prepare them one at a time.");
            }
        }

        if (files[0].Parquet is not null)
        {
            _reader.ReadParquet([.. files.Select(file => file.Parquet!)], files[0].Layout, "a review", SelectSql);
            InPlace = _reader.All(Columns);
        }
        else
        {
            foreach (var (path, _, layout, _) in files)
            {
                _reader.Read(path, layout!.Name, layout.HeaderLines, "a review", layout.SelectSql);
            }
        }

        _reader.MakeView(view, Columns);
    }

    private ReviewFile Open(string path, ReviewFormat format)
    {
        if (ParquetFile.Is(path, format))
        {
            ParquetFile file = ParquetFile.Open(connection, path, cancellation);
            return new(path, file.Describe(_columns.User, _columns.Item, _columns.Time), null, file);
        }

        ReviewLayout layout = ReviewLayoutDetector.Detect(SourceFile.Open(path).Path, format);
        return new(path, layout.Name, layout, null);
    }

    // Read anew by each query, so that most rows must need no more than the plain conditions.
    private string SelectSql(ParquetFile file)
    {
        string user = file.Id(_columns.User), item = file.Id(_columns.Item);
        (string timeText, string time) = file.Time(_columns.Time);
        TimeUnit unit = _columns.Time == "position" ? TimeUnit.Position : TimeUnit.Seconds;
        return $"""
            SELECT {user} AS u, {item} AS i, {time} AS t, file_row_number,
                   CASE WHEN {ReviewLayout.Usual(user, item, time, unit)} THEN NULL
                        WHEN trim(coalesce({user}, '')) = '' THEN 'no user' WHEN trim(coalesce({item}, '')) = '' THEN 'no item'
                        {ReviewLayout.TimeProblems(unit, timeText, time)} END AS why
            FROM {file.Sql}
            """;
    }

    /// <summary>A file and its layout: of text, or Parquet.</summary>
    private sealed record ReviewFile(string Path, string Layout, ReviewLayout? Text, ParquetFile? Parquet);
}
