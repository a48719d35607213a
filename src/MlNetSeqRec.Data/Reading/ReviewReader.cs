using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// Reads review files into the view <c>events(u, i, t, why, rowid)</c>, one row a line, in order: a row's <c>rowid</c> is its
/// place in all files, and so the tie-breaker of equal times. Rejected lines stay, with their reason.
/// </summary>
internal sealed class ReviewReader(
    DuckDBConnection connection, string workFolder, IProgress<string>? progress, CancellationToken cancellation, double mostBroken = 1)
{
    private readonly FileReader _reader = new(connection, workFolder, progress, cancellation) { MostBroken = mostBroken };

    /// <summary>The files read so far.</summary>
    public IReadOnlyList<ReadFile> Files => _reader.Files;

    /// <summary>Of the files read so far.</summary>
    public string Fingerprint => _reader.FilesFingerprint;

    /// <summary>Reads all files, which must share one layout.</summary>
    /// <param name="paths">Files and patterns.</param>
    /// <param name="format">Their layout.</param>
    /// <param name="view">The name of the view.</param>
    /// <exception cref="InvalidDataException">A file is empty, cut, of an unknown or another layout, or has too few usable lines.</exception>
    public void Read(IEnumerable<string> paths, ReviewFormat format, string view = "events")
    {
        var files = InputFiles.Expand(paths).Select(path => (Path: SourceFile.Open(path).Path, Layout: ReviewLayoutDetector.Detect(path, format))).ToList();
        foreach (var (path, layout) in files)
        {
            if (layout.Name != files[0].Layout.Name)
            {
                throw new InvalidDataException(
                    $"{path} has the layout '{layout.Name}', but {files[0].Path} has '{files[0].Layout.Name}': prepare them one at a time.");
            }
        }

        foreach (var (path, layout) in files)
        {
            _reader.Read(path, layout.Name, layout.HeaderLines, "a review", layout.SelectSql);
        }

        _reader.MakeView(view, "u, i, t, why");
    }
}
