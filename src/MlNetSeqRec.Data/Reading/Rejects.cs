using System.Globalization;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Reading;

/// <summary>Counts the rejected lines by reason, finds the first few of each, and lists broken lines in a file.</summary>
internal sealed class Rejects
{
    /// <summary>How many examples there are of each reason.</summary>
    public const int ExamplesPerReason = 3;

    private readonly List<string> _lists = [];

    /// <summary>Reason → count, in ordinal order of the reasons.</summary>
    public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>The first lines of each reason.</summary>
    public List<RejectedLine> Examples { get; } = [];

    /// <summary>Adds the rejected rows of a view made by a reader.</summary>
    /// <param name="connection">Holds the view.</param>
    /// <param name="rows">A query that gives <c>place</c> (rowid) and <c>why</c>.</param>
    /// <param name="files">The files whose lines are the view's rows.</param>
    /// <param name="prefix">Stands before each reason.</param>
    /// <param name="cancellation">Stops the query.</param>
    public void Add(DuckDBConnection connection, string rows, IReadOnlyList<ReadFile> files, string prefix, CancellationToken cancellation)
    {
        var found = Sql.Rows(
            connection,
            $"SELECT why, count(*), list_sort(min(place, {ExamplesPerReason})) FROM ({rows}) GROUP BY why ORDER BY why",
            row => (Why: row.GetString(0), Count: row.GetInt64(1), First: row.GetFieldValue<List<long>>(2)),
            cancellation);
        foreach (var (why, count, first) in found)
        {
            Counts[prefix + why] = count;
            AddExamples(prefix + why, first, files);
        }

        _lists.AddRange(files.Select(file => string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT {Sql.Literal(file.Path)} AS file, place - {file.FirstRow} + {file.Told.HeaderLines + 1} AS line, {Sql.Literal(prefix)} || why AS reason
            FROM ({rows}) WHERE place >= {file.FirstRow} AND place < {file.FirstRow + file.Told.Lines}
            """)));
    }

    /// <summary>Adds reviews that are left out but not broken: they are counted, not listed.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="count">How many.</param>
    /// <param name="first">The <c>place</c> of the first few.</param>
    /// <param name="files">The files whose lines they are.</param>
    public void Add(string reason, long count, IEnumerable<long> first, IReadOnlyList<ReadFile> files)
    {
        if (count > 0)
        {
            Counts[reason] = count;
            AddExamples(reason, first, files);
        }
    }

    /// <summary>Writes <c>file</c>, <c>line</c> (from 1) and <c>reason</c> of each broken line, tab-separated, in the order of the files.</summary>
    public void Write(DuckDBConnection connection, string path, CancellationToken cancellation) => Sql.Execute(
        connection,
        $"COPY ({string.Join(" UNION ALL ", _lists.Select(list => $"({list} ORDER BY line)"))}) TO {Sql.Literal(path)} (FORMAT csv, DELIMITER '\t', HEADER)",
        cancellation);

    private void AddExamples(string reason, IEnumerable<long> places, IReadOnlyList<ReadFile> files)
    {
        foreach (long place in places)
        {
            ReadFile file = files.Last(candidate => candidate.FirstRow <= place);
            Examples.Add(new RejectedLine(file.Path, file.LineOf(place), reason));
        }
    }
}
