using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Reading;

/// <summary>Counts the rejected lines by reason, and finds the first few of each.</summary>
internal sealed class Rejects
{
    private const int ExamplesPerReason = 3;

    /// <summary>Reason → count, in ordinal order of the reasons.</summary>
    public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>The first lines of each reason.</summary>
    public List<RejectedLine> Examples { get; } = [];

    /// <summary>Adds the rejected rows of a table made by a reader.</summary>
    /// <param name="connection">Holds the table.</param>
    /// <param name="rows">A query that gives <c>place</c> (rowid) and <c>why</c>.</param>
    /// <param name="files">The files whose lines are the table's rows.</param>
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
            foreach (long place in first)
            {
                ReadFile file = files.Last(candidate => candidate.FirstRow <= place);
                Examples.Add(new RejectedLine(file.Source.Path, file.LineOf(place), prefix + why));
            }
        }
    }
}
