using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>Finding and reading columns of data views, with errors that name the column, its type and what was expected.</summary>
internal static class Columns
{
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string expected)
    {
        if (schema.GetColumnOrNull(name) is { } column)
            return column;

        string known = schema.Count == 0 ? "no columns" : string.Join(", ", schema.Select(c => $"'{c.Name}'").Distinct());
        throw new ArgumentOutOfRangeException(nameof(name), $"There is no column '{name}' ({expected} was expected); the data has {known}");
    }

    public static ArgumentOutOfRangeException WrongType(DataViewSchema.Column column, string expected) =>
        new(nameof(column), $"Column '{column.Name}' is of type {column.Type}; {expected} was expected");

    /// <summary>Whether the type is text, or a key.</summary>
    public static bool IsItem(DataViewType type) => type is TextDataViewType || (type is KeyDataViewType && type.RawType == typeof(uint));

    /// <summary>The text of each key value of a key column (or vector of keys), in order.</summary>
    public static string[] KeyValues(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues") is not { Type: VectorDataViewType values } annotation)
            throw WrongType(column, "text, or a key with its key values (as MapValueToKey makes it)");

        return values.ItemType switch
        {
            TextDataViewType => Read<ReadOnlyMemory<char>>(v => v.ToString()),
            { RawType: var raw } when raw == typeof(int) => Read<int>(v => v.ToString(CultureInfo.InvariantCulture)),
            { RawType: var raw } when raw == typeof(uint) => Read<uint>(v => v.ToString(CultureInfo.InvariantCulture)),
            { RawType: var raw } when raw == typeof(long) => Read<long>(v => v.ToString(CultureInfo.InvariantCulture)),
            { RawType: var raw } when raw == typeof(ulong) => Read<ulong>(v => v.ToString(CultureInfo.InvariantCulture)),
            { RawType: var raw } when raw == typeof(float) => Read<float>(v => v.ToString(CultureInfo.InvariantCulture)),
            _ => throw WrongType(column, "a key whose key values are text or numbers"),
        };

        string[] Read<T>(Func<T, string> toText)
        {
            VBuffer<T> buffer = default;
            column.Annotations.GetValue("KeyValues", ref buffer);
            return buffer.DenseValues().Select(toText).ToArray();
        }
    }

    /// <summary>Annotations that carry the texts of a key type's values.</summary>
    public static DataViewSchema.Annotations WithKeyValues(int count, ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, count), getter);
        return annotations.ToAnnotations();
    }

    /// <summary>A reader of ids: text as it is, keys by their key values, whole numbers in decimal.</summary>
    public static Func<ReadOnlyMemory<char>> IdReader(DataViewRow row, DataViewSchema.Column column, string expected)
    {
        if (column.Type is TextDataViewType)
        {
            ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(column);
            return () =>
            {
                ReadOnlyMemory<char> value = default;
                get(ref value);
                return value;
            };
        }

        if (column.Type is KeyDataViewType && column.Type.RawType == typeof(uint))
        {
            string[] values = KeyValues(column);
            ValueGetter<uint> get = row.GetGetter<uint>(column);
            return () =>
            {
                uint key = 0;
                get(ref key);
                return key == 0 ? default : values[key - 1].AsMemory();
            };
        }

        if (column.Type is NumberDataViewType)
        {
            if (column.Type.RawType == typeof(int))
                return Number<int>();
            if (column.Type.RawType == typeof(uint))
                return Number<uint>();
            if (column.Type.RawType == typeof(long))
                return Number<long>();
            if (column.Type.RawType == typeof(ulong))
                return Number<ulong>();
        }

        throw WrongType(column, expected);

        Func<ReadOnlyMemory<char>> Number<T>()
            where T : struct, IFormattable
        {
            ValueGetter<T> get = row.GetGetter<T>(column);
            return () =>
            {
                T value = default;
                get(ref value);
                return value.ToString(null, CultureInfo.InvariantCulture).AsMemory();
            };
        }
    }

    /// <summary>A reader of times as whole numbers that sort as the times do: numbers as they are, dates as ticks.</summary>
    public static Func<long> TimeReader(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        if (column.Type is DateTimeDataViewType)
            return Read<DateTime>(v => v.Ticks);
        if (column.Type is DateTimeOffsetDataViewType)
            return Read<DateTimeOffset>(v => v.UtcTicks);
        if (column.Type is NumberDataViewType)
        {
            if (raw == typeof(long))
                return Read<long>(v => v);
            if (raw == typeof(int))
                return Read<int>(v => v);
            if (raw == typeof(uint))
                return Read<uint>(v => v);
            if (raw == typeof(ulong))
                return Read<ulong>(v => checked((long)v));
            if (raw == typeof(double))
                return Read<double>(v => Order(v));
            if (raw == typeof(float))
                return Read<float>(v => Order(v));
        }

        throw WrongType(column, "a time (a number that grows with time, or a date)");

        // The bits of a double, read as an integer, sort as the numbers do when negative ones are mirrored.
        long Order(double value)
        {
            if (double.IsNaN(value))
                throw new InvalidDataException($"Column '{column.Name}' holds a time that is not a number, in row {row.Position}");
            long bits = BitConverter.DoubleToInt64Bits(value);
            return bits >= 0 ? bits : long.MinValue - bits;
        }

        Func<long> Read<T>(Func<T, long> convert)
        {
            ValueGetter<T> get = row.GetGetter<T>(column);
            return () =>
            {
                T value = default!;
                get(ref value);
                return convert(value);
            };
        }
    }
}
