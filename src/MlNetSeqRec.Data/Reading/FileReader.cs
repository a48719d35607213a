using System.Globalization;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// Reads files, each into a Parquet file of its own that stays for a later run, and gives them together as a view: one row a
/// line, in order, with its place in all files as <c>rowid</c>, and why it was rejected as <c>why</c> (null: it was not; empty: it
/// is blank).
/// </summary>
internal sealed class FileReader(DuckDBConnection connection, string workFolder, IProgress<string>? progress, CancellationToken cancellation)
{
    /// <summary>Fewer broken lines than this never stop a run.</summary>
    private const int AlwaysTolerated = 1000;

    private readonly StageFiles _stages = new(workFolder);
    private readonly List<ReadFile> _files = [];
    private readonly List<string> _tables = [];

    /// <summary>The files read so far.</summary>
    public IReadOnlyList<ReadFile> Files => _files;

    /// <summary>The part of a file's lines, 0 to 1, that may be broken.</summary>
    public double MostBroken { get; init; } = 1;

    /// <summary>Of the files read so far.</summary>
    public string FilesFingerprint { get; private set; } = "";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Name of its layout.</param>
    /// <param name="headerLines">Lines before the first line of data.</param>
    /// <param name="thing">What a line is to be, for messages.</param>
    /// <param name="select">The query that gives the columns, the last of them <c>why</c>.</param>
    /// <exception cref="InvalidDataException">Too few of its lines are usable, or it cannot be read.</exception>
    public void Read(string path, string layout, int headerLines, string thing, Func<SourceFile, string> select)
    {
        string fingerprint = Fingerprint.Of(thing, Fingerprint.OfFile(path), layout, select(new SourceFile("", "", false)));
        ReadFile file = Read(path, layout, headerLines, fingerprint, part => LineTable.Write(connection, path, select, part, workFolder, cancellation));
        RequireUsable([file], thing);
    }

    /// <summary>Reads Parquet files that have the same columns; some may have no rows. A row is what a line is in text.</summary>
    /// <param name="files">The files.</param>
    /// <param name="layout">Name of their layout.</param>
    /// <param name="thing">What a row is to be, for messages.</param>
    /// <param name="select">The query that gives the columns of a file, the last of them <c>why</c>.</param>
    /// <exception cref="InvalidDataException">No row of theirs is usable, or one cannot be read.</exception>
    public void ReadParquet(IReadOnlyList<ParquetFile> files, string layout, string thing, Func<ParquetFile, string> select)
    {
        var read = new List<ReadFile>();
        foreach (ParquetFile file in files)
        {
            string fingerprint = Fingerprint.Of(thing, Fingerprint.OfFile(file.Path), layout, select(file));
            read.Add(Read(file.Path, layout, 0, fingerprint, part => LineTable.WriteParquet(connection, file.Path, select(file), part, cancellation)));
        }

        RequireUsable(read, thing);
    }

    private ReadFile Read(string path, string layout, int headerLines, string fingerprint, Func<string, string> write)
    {
        progress?.Report($"Reading {path}");
        FileFacts facts = _stages.Get("lines", fingerprint, part => ReadAnew(path, layout, headerLines, write, part));
        string table = _stages.PathOf("lines", fingerprint);
        var file = new ReadFile(path, _files.Sum(other => other.Told.Lines), facts);

        if (facts.Usable > 0 && facts.Broken >= AlwaysTolerated && facts.Broken > facts.Lines * MostBroken)
        {
            string percent = MostBroken.ToString("0.###%", CultureInfo.InvariantCulture);
            throw new InvalidDataException(
                $"{path}: {facts.Broken} of its {facts.Lines} lines are broken, more than the {percent} that are tolerated{FirstProblem(file, table)}.");
        }

        _files.Add(file);
        _tables.Add(table);
        FilesFingerprint = Fingerprint.Of(FilesFingerprint, fingerprint);
        return file;
    }

    private void RequireUsable(List<ReadFile> files, string thing)
    {
        if (files.Any(file => file.Told.Usable > 0))
        {
            return;
        }

        ReadFile shown = files.FirstOrDefault(file => file.Told.Lines > 0) ?? files[0];
        string problem = FirstProblem(shown, _tables[_files.IndexOf(shown)]);
        foreach (ReadFile file in files)
        {
            _stages.Drop(_tables[_files.IndexOf(file)]);
        }

        throw new InvalidDataException($"{shown.Path}: none of its {shown.Told.Lines} lines is {thing} in the layout '{shown.Told.Layout}'{problem}.");
    }

    /// <summary>Makes the view of all files.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="columns">Its columns but for <c>rowid</c>.</param>
    public void MakeView(string name, string columns)
    {
        var each = _files.Zip(_tables, (file, table) => string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {columns}, file_row_number + {file.FirstRow} AS rowid FROM read_parquet([{Sql.Literal(table)}], file_row_number=true)"));
        Sql.Execute(connection, $"CREATE OR REPLACE VIEW {name} AS {string.Join(" UNION ALL ", each)}", cancellation);
    }

    private FileFacts ReadAnew(string path, string layout, int headerLines, Func<string, string> write, string part)
    {
        string sha256 = write(part);
        return Sql.Rows(
            connection,
            $"SELECT count(*), count(*) FILTER (why IS NULL), count(*) FILTER (why <> '') FROM read_parquet([{Sql.Literal(part)}])",
            row => new FileFacts(layout, new FileInfo(path).Length, sha256, headerLines, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
            cancellation)[0];
    }

    private string FirstProblem(ReadFile file, string table) => Sql.Rows(
        connection,
        $"SELECT file_row_number, why FROM read_parquet([{Sql.Literal(table)}], file_row_number=true) WHERE why <> '' ORDER BY 1 LIMIT 1",
        row => $" (line {file.LineOf(file.FirstRow + row.GetInt64(0))}: {row.GetString(1)})",
        cancellation).FirstOrDefault("");
}
