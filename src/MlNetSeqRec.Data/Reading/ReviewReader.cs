using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// Reads review files into the table <c>events(u, i, t, why)</c>, one row a line, in order: a row's <c>rowid</c> is its place
/// in all files, and so the tie-breaker of equal times. Rejected lines stay, with their reason.
/// </summary>
internal sealed class ReviewReader(DuckDBConnection connection, string workFolder, IProgress<string>? progress, CancellationToken cancellation)
{
    private readonly List<ReadFile> _files = [];

    /// <summary>The files read so far.</summary>
    public IReadOnlyList<ReadFile> Files => _files;

    /// <summary>Reads all files, which must share one layout.</summary>
    /// <exception cref="InvalidDataException">A file is empty, cut, of an unknown or another layout, or has no usable line.</exception>
    public void Read(IEnumerable<string> paths, ReviewFormat format)
    {
        Sql.Execute(connection, "CREATE TABLE events (u VARCHAR, i VARCHAR, t BIGINT, why VARCHAR)", cancellation);
        foreach (string path in InputFiles.Expand(paths))
        {
            progress?.Report($"Reading {path}");
            SourceFile file = SourceFile.Check(path, workFolder, cancellation);
            ReviewLayout layout = ReviewLayoutDetector.Detect(file, format);
            string firstLayout = _files.Count == 0 ? layout.Name : _files[0].Layout;
            if (layout.Name != firstLayout)
            {
                throw new InvalidDataException(
                    $"{path} has the layout '{layout.Name}', but {_files[0].Source.Path} has '{firstLayout}': prepare them one at a time.");
            }

            Append(file, layout);
        }
    }

    private void Append(SourceFile file, ReviewLayout layout)
    {
        long start = Sql.Number(connection, "SELECT count(*) FROM events", cancellation);
        RunOnFile(file, $"INSERT INTO events {layout.SelectSql(file)}", connection, cancellation);
        long lines = Sql.Number(connection, "SELECT count(*) FROM events", cancellation) - start;
        var read = new ReadFile(file, layout.Name, start, layout.HeaderLines, lines);
        _files.Add(read);

        long usable = Sql.Number(connection, "SELECT count(*) FROM events WHERE rowid >= $1 AND why IS NULL", cancellation, start);
        if (usable == 0)
        {
            throw new InvalidDataException($"{file.Path}: none of its {lines} lines is a review in the layout '{layout.Name}'{FirstProblem(read)}.");
        }
    }

    private string FirstProblem(ReadFile file) => Sql.Rows(
        connection,
        "SELECT rowid, why FROM events WHERE rowid >= $1 AND why <> '' ORDER BY rowid LIMIT 1",
        row => $" (line {file.LineOf(row.GetInt64(0))}: {row.GetString(1)})",
        cancellation,
        file.FirstRow).FirstOrDefault("");

    /// <summary>Runs a statement that reads one file, and names the file where DuckDB cannot read it.</summary>
    internal static void RunOnFile(SourceFile file, string sql, DuckDBConnection connection, CancellationToken cancellation)
    {
        try
        {
            Sql.Execute(connection, sql, cancellation);
        }
        catch (DuckDBException error) when (error.ErrorType is DuckDB.NET.Native.DuckDBErrorType.Io or DuckDB.NET.Native.DuckDBErrorType.InvalidInput)
        {
            throw new InvalidDataException($"{file.Path} cannot be read: {error.Message.Split('\n')[0]}", error);
        }
    }
}

/// <summary>A file whose lines are rows of a table.</summary>
/// <param name="Source">The file.</param>
/// <param name="Layout">Name of its layout.</param>
/// <param name="FirstRow">The <c>rowid</c> of its first line of data.</param>
/// <param name="HeaderLines">Lines before that.</param>
/// <param name="Lines">Lines of data, blank ones among them.</param>
internal sealed record ReadFile(SourceFile Source, string Layout, long FirstRow, int HeaderLines, long Lines)
{
    /// <summary>The number of a row's line in this file, from 1.</summary>
    public long LineOf(long row) => row - FirstRow + HeaderLines + 1;
}
