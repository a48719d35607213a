using System.Collections;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MlNetSeqRec.Data.Databases;

/// <summary>
/// The rows of a query with the columns, types and checks of <see cref="Field"/>. ML.NET's loader asks a reader for the one type that
/// it was told, which providers refuse for others, and takes a missing value for 0 or an empty text.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "It is a reader.")]
[SuppressMessage("Design", "CA1010", Justification = "As the base has it.")]
internal sealed class FieldReader : DbDataReader
{
    private readonly DbDataReader _rows;
    private readonly IReadOnlyList<Field> _fields;
    private readonly int[] _places;
    private readonly string? _file;
    private long _row;

    /// <param name="rows">What the query gives.</param>
    /// <param name="fields">What it is to give.</param>
    /// <param name="file">The file that is read, for errors; null for a database.</param>
    /// <exception cref="ArgumentException">The query lacks a column.</exception>
    public FieldReader(DbDataReader rows, IReadOnlyList<Field> fields, string? file)
    {
        _rows = rows;
        _file = file;
        _fields = fields;
        _places = Field.Find(fields, [.. Enumerable.Range(0, rows.FieldCount).Select(rows.GetName)], "query");
    }

    public override int FieldCount => _fields.Count;

    public override bool HasRows => _rows.HasRows;

    public override bool IsClosed => _rows.IsClosed;

    public override int Depth => 0;

    public override int RecordsAffected => -1;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read()
    {
        _row++;
        return Named(_file, _rows.Read);
    }

    /// <summary>Does something with a file, and names it in what goes wrong.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static T Named<T>(string? file, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DbException error) when (file is not null)
        {
            throw new InvalidDataException($"{file} cannot be read: {OneLine.Of(error)}", error);
        }
    }

    public override bool NextResult() => false;

    public override object GetValue(int ordinal)
    {
        int place = _places[ordinal];
        return _fields[ordinal].Value(place < 0 ? null : _rows.GetValue(place), _fields[ordinal].Source, _row);
    }

    public override string GetString(int ordinal) => (string)GetValue(ordinal);

    public override long GetInt64(int ordinal) => (long)GetValue(ordinal);

    /// <summary>A field is never missing: its value says what stands for that, or throws.</summary>
    public override bool IsDBNull(int ordinal) => false;

    public override string GetName(int ordinal) => _fields[ordinal].Name;

    public override int GetOrdinal(string name) => _fields.Select(field => field.Name).ToList().IndexOf(name);

    public override Type GetFieldType(int ordinal) => _fields[ordinal].Kind == System.Data.DbType.Int64 ? typeof(long) : typeof(string);

    public override string GetDataTypeName(int ordinal) => GetFieldType(ordinal).Name;

    public override int GetValues(object[] values)
    {
        int count = Math.Min(values.Length, FieldCount);
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            values[ordinal] = GetValue(ordinal);
        }

        return count;
    }

    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    public override bool GetBoolean(int ordinal) => throw new InvalidCastException();

    public override byte GetByte(int ordinal) => throw new InvalidCastException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw new InvalidCastException();

    public override char GetChar(int ordinal) => throw new InvalidCastException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw new InvalidCastException();

    public override DateTime GetDateTime(int ordinal) => throw new InvalidCastException();

    public override decimal GetDecimal(int ordinal) => throw new InvalidCastException();

    public override double GetDouble(int ordinal) => throw new InvalidCastException();

    public override float GetFloat(int ordinal) => throw new InvalidCastException();

    public override Guid GetGuid(int ordinal) => throw new InvalidCastException();

    public override short GetInt16(int ordinal) => throw new InvalidCastException();

    public override int GetInt32(int ordinal) => throw new InvalidCastException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rows.Dispose();
        }

        base.Dispose(disposing);
    }
}
