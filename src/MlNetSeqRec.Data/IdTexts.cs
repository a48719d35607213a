using System.Text;
using DuckDB.NET.Data;
using DuckDB.NET.Data.DataChunk.Reader;
using DuckDB.NET.Data.DataChunk.Writer;

namespace MlNetSeqRec.Data;

/// <summary>
/// The texts of numbered ids, as a function of SQL. Events are sorted by number and get their text on the way to the file: a sort
/// that carries the text takes nearly twice the time and memory, and a join after it would not keep the order.
/// </summary>
internal sealed class IdTexts
{
    private const int PerBlock = 1 << 20;

    private readonly List<(byte[] Text, int[] Ends)> _blocks = [];

    /// <summary>Reads the texts.</summary>
    /// <param name="connection">Runs the query, and has the function then.</param>
    /// <param name="name">The name of the function; it takes a number from 0 (INTEGER).</param>
    /// <param name="query">Gives the texts in the order of their numbers.</param>
    /// <param name="cancellation">Stops the query.</param>
    public static void Register(DuckDBConnection connection, string name, string query, CancellationToken cancellation)
    {
        var texts = new IdTexts();
        var bytes = new MemoryStream();
        var ends = new List<int>();
        Sql.Each(connection, query, row =>
        {
            bytes.Write(Encoding.UTF8.GetBytes(row.GetString(0)));
            ends.Add((int)bytes.Length);
            if (ends.Count == PerBlock)
            {
                texts.Add(bytes, ends);
            }
        }, cancellation);
        texts.Add(bytes, ends);
        connection.RegisterScalarFunction<int, string>(name, texts.Write, new() { IsPureFunction = true });
    }

    private void Add(MemoryStream bytes, List<int> ends)
    {
        _blocks.Add((bytes.ToArray(), [.. ends]));
        bytes.SetLength(0);
        ends.Clear();
    }

    private string Text(int number)
    {
        var (text, ends) = _blocks[number / PerBlock];
        int at = number % PerBlock, start = at == 0 ? 0 : ends[at - 1];
        return Encoding.UTF8.GetString(text, start, ends[at] - start);
    }

    private void Write(IReadOnlyList<IDuckDBDataReader> numbers, IDuckDBDataWriter texts, ulong rows)
    {
        int last = -1;
        string text = "";
        for (ulong row = 0; row < rows; row++)
        {
            int number = numbers[0].GetValue<int>(row);
            if (number != last)
            {
                (last, text) = (number, Text(number));
            }

            texts.WriteValue(text, row);
        }
    }
}
