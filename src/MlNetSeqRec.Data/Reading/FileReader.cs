using System.Globalization;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// Reads files and gives them together as a view: one row a line, in order, with its place in all files as <c>rowid</c>, and why it was
/// rejected as <c>why</c> (null: it was not; empty: it is blank). A file of text is read into a Parquet file of its own, which stays for a
/// later run; Parquet is looked through, and read where it lies or copied like text.
/// </summary>
/// <param name="connection">Has the view.</param>
/// <param name="workFolder">Takes what is read of text, and what is found in Parquet.</param>
/// <param name="progress">Told what is read.</param>
/// <param name="cancellation">Stops it.</param>
internal sealed class FileReader(DuckDBConnection connection, string workFolder, IProgress<string>? progress, CancellationToken cancellation)
{
    /// <summary>Fewer broken lines than this never stop a run.</summary>
    private const int AlwaysTolerated = 1000;

    private readonly StageFiles _stages = new(workFolder);
    private readonly List<ReadFile> _files = [];
    private readonly List<string> _rows = []; // of each file, a query that gives its columns and each row's number from 0, file_row_number

    /// <summary>The files read so far.</summary>
    public IReadOnlyList<ReadFile> Files => _files;

    /// <summary>The part of a file's lines, 0 to 1, that may be broken.</summary>
    public double MostBroken { get; init; } = 1;

    /// <summary>Whether Parquet files are hashed, so that <see cref="FileFacts.Sha256"/> is known.</summary>
    public bool HashesParquet { get; init; } = true;

    /// <summary>Of the files read so far.</summary>
    public string FilesFingerprint { get; private set; } = "";

    /// <summary>Reads a file of text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Name of its layout.</param>
    /// <param name="headerLines">Lines before the first line of data.</param>
    /// <param name="thing">What a line is to be, for messages.</param>
    /// <param name="select">The query that gives the columns, the last of them <c>why</c>.</param>
    /// <exception cref="InvalidDataException">Too few of its lines are usable, or it cannot be read.</exception>
    public void Read(string path, string layout, int headerLines, string thing, Func<SourceFile, string> select)
    {
        string fingerprint = Fingerprint.Of(thing, Fingerprint.OfFile(path), layout, select(new SourceFile("", "", false)));
        progress?.Report($"Reading {path}");
        FileFacts facts = _stages.Get("lines", fingerprint, part =>
        {
            string sha256 = LineTable.Write(connection, path, select, part, workFolder, cancellation);
            return Facts($"SELECT why FROM read_parquet([{Sql.Literal(part)}])", path, layout, headerLines, sha256);
        });
        string table = _stages.PathOf("lines", fingerprint);
        Add(path, facts, $"SELECT * FROM read_parquet([{Sql.Literal(table)}], file_row_number=true)");
        FilesFingerprint = Fingerprint.Of(FilesFingerprint, fingerprint);
        RequireUsable(1, thing, () => _stages.Drop(table));
    }

    /// <summary>Reads Parquet files that have the same columns; some may have no rows. A row is what a line is in text.</summary>
    /// <param name="files">The files.</param>
    /// <param name="layout">Name of their layout.</param>
    /// <param name="thing">What a row is to be, for messages.</param>
    /// <param name="select">The query that gives the columns of a file, among them <c>file_row_number</c> and <c>why</c>, for which all are read.</param>
    /// <exception cref="InvalidDataException">No row of theirs is usable, or one cannot be read.</exception>
    public void ReadParquet(IReadOnlyList<ParquetFile> files, string layout, string thing, Func<ParquetFile, string> select)
    {
        string[] selects = [.. files.Select(select)];
        string fingerprint = Fingerprint.Of(thing, files.Select(file => Fingerprint.OfFile(file.Path)), layout, selects, HashesParquet);
        progress?.Report(files.Count == 1 ? $"Reading {files[0].Path}" : $"Reading {files.Count} parts from {files[0].Path} on");
        FileFacts[] facts = _stages.Recall("parts", fingerprint, () => files.Zip(selects, (file, rows) => FactsOf(file, layout, rows)).ToArray());
        for (int i = 0; i < files.Count; i++)
        {
            Add(files[i].Path, facts[i], selects[i]);
        }

        FilesFingerprint = Fingerprint.Of(FilesFingerprint, fingerprint);
        RequireUsable(files.Count, thing, () => _stages.Forget("parts", fingerprint));
    }

    /// <summary>As <see cref="ReadParquet"/>, into a file of their own, for what is read several times and takes long to be made of a row.</summary>
    /// <inheritdoc cref="ReadParquet" path="/param"/>
    /// <inheritdoc cref="ReadParquet" path="/exception"/>
    public void CopyParquet(IReadOnlyList<ParquetFile> files, string layout, string thing, Func<ParquetFile, string> select)
    {
        var tables = new List<string>();
        foreach (ParquetFile file in files)
        {
            string fingerprint = Fingerprint.Of(thing, Fingerprint.OfFile(file.Path), layout, select(file)), table = _stages.PathOf("lines", fingerprint);
            progress?.Report($"Reading {file.Path}");
            FileFacts facts = _stages.Get("lines", fingerprint, part => FactsOf(file, layout, select(file), part));
            Add(file.Path, facts, $"SELECT * FROM read_parquet([{Sql.Literal(table)}])");
            FilesFingerprint = Fingerprint.Of(FilesFingerprint, fingerprint);
            tables.Add(table);
        }

        RequireUsable(files.Count, thing, () => tables.ForEach(_stages.Drop));
    }

    /// <summary>Makes the view of all files.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="columns">Its columns but for <c>rowid</c>.</param>
    public void MakeView(string name, string columns) => Sql.Execute(connection, $"CREATE OR REPLACE VIEW {name} AS {All(columns)}", cancellation);

    /// <summary>The query of the view, which any connection can run where all files are Parquet.</summary>
    public string All(string columns) => string.Join(" UNION ALL ", _files.Zip(_rows, (file, rows) => string.Create(
        CultureInfo.InvariantCulture, $"SELECT {columns}, file_row_number + {file.FirstRow} AS rowid FROM ({rows})")));

    private void Add(string path, FileFacts facts, string rows)
    {
        var file = new ReadFile(path, _files.Sum(other => other.Told.Lines), facts);
        if (facts.Usable > 0 && facts.Broken >= AlwaysTolerated && facts.Broken > facts.Lines * MostBroken)
        {
            string percent = MostBroken.ToString("0.###%", CultureInfo.InvariantCulture);
            throw new InvalidDataException(
                $"{path}: {facts.Broken} of its {facts.Lines} lines are broken, more than the {percent} that are tolerated{FirstProblem(file, rows)}.");
        }

        _files.Add(file);
        _rows.Add(rows);
    }

    // Of the files added last: at least one must have a usable line.
    private void RequireUsable(int count, string thing, Action drop)
    {
        List<ReadFile> read = _files[^count..];
        if (read.Any(file => file.Told.Usable > 0))
        {
            return;
        }

        ReadFile shown = read.FirstOrDefault(file => file.Told.Lines > 0) ?? read[0];
        string problem = FirstProblem(shown, _rows[_files.IndexOf(shown)]);
        drop();
        throw new InvalidDataException($"{shown.Path}: none of its {shown.Told.Lines} lines is {thing} in the layout '{shown.Told.Layout}'{problem}.");
    }

    private FileFacts FactsOf(ParquetFile file, string layout, string rows, string? copy = null)
    {
        Task<string> hash = Task.Run(() => HashesParquet ? ParquetFile.Sha256(file.Path, cancellation) : "", CancellationToken.None);
        try
        {
            if (copy is not null)
            {
                LineTable.Copy(connection, rows, copy, cancellation);
                rows = $"SELECT why FROM read_parquet([{Sql.Literal(copy)}])";
            }

            FileFacts facts = Facts(rows, file.Path, layout, 0, "");
            return facts with { Sha256 = hash.GetAwaiter().GetResult() };
        }
        catch (DuckDBException error) when (!Resources.IsDiskFull(error) && error.ErrorType != DuckDBErrorType.OutOfMemory)
        {
            throw new InvalidDataException($"{file.Path} cannot be read: {OneLine.Of(error)}", error);
        }
    }

    private FileFacts Facts(string rows, string path, string layout, int headerLines, string sha256) => Sql.Rows(
        connection,
        $"SELECT count(*), count(*) FILTER (why IS NULL), count(*) FILTER (why <> '') FROM ({rows})",
        row => new FileFacts(layout, new FileInfo(path).Length, sha256, headerLines, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
        cancellation)[0];

    private string FirstProblem(ReadFile file, string rows) => Sql.Rows(
        connection,
        $"SELECT file_row_number, why FROM ({rows}) WHERE why <> '' ORDER BY 1 LIMIT 1",
        row => $" (line {file.LineOf(file.FirstRow + row.GetInt64(0))}: {row.GetString(1)})",
        cancellation).FirstOrDefault("");
}
