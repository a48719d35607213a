using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>
/// Reads histories and single items from a row as indices into a catalogue. Text is looked up; keys go through their
/// key values, so that both forms give the same indices. Missing values and items that the catalogue lacks are left out.
/// </summary>
internal static class HistoryReader
{
    private const string Expected = "a vector of item ids (text, or keys with their key values)";

    /// <summary>Checks that the column is a history.</summary>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = Columns.Find(schema, name, "a history: " + Expected);
        return column.Type is VectorDataViewType vector && Columns.IsItem(vector.ItemType) ? column : throw Columns.WrongType(column, Expected);
    }

    /// <summary>A reader that appends the row's history to a list, oldest first.</summary>
    public static Action<List<int>> ForHistory(DataViewRow row, DataViewSchema.Column column, Func<ReadOnlyMemory<char>, int> indexOf)
    {
        if (((VectorDataViewType)column.Type).ItemType is KeyDataViewType)
        {
            int[] indices = IndicesOfKeys(column, indexOf);
            return Reader<uint>(row, column, key => key == 0 || key > indices.Length ? -1 : indices[key - 1]);
        }

        return Reader<ReadOnlyMemory<char>>(row, column, id => id.IsEmpty ? -1 : indexOf(id));
    }

    /// <summary>A reader of one item's index; -1 where the catalogue lacks it.</summary>
    public static Func<int> ForItem(DataViewRow row, DataViewSchema.Column column, Func<ReadOnlyMemory<char>, int> indexOf)
    {
        if (!Columns.IsItem(column.Type))
            throw Columns.WrongType(column, "an item id (text, or a key with its key values)");

        if (column.Type is KeyDataViewType)
        {
            int[] indices = IndicesOfKeys(column, indexOf);
            ValueGetter<uint> getKey = row.GetGetter<uint>(column);
            return () =>
            {
                uint key = 0;
                getKey(ref key);
                return key == 0 || key > indices.Length ? -1 : indices[key - 1];
            };
        }

        ValueGetter<ReadOnlyMemory<char>> getText = row.GetGetter<ReadOnlyMemory<char>>(column);
        return () =>
        {
            ReadOnlyMemory<char> text = default;
            getText(ref text);
            return indexOf(text);
        };
    }

    private static int[] IndicesOfKeys(DataViewSchema.Column column, Func<ReadOnlyMemory<char>, int> indexOf) =>
        [.. Columns.KeyValues(column).Select(value => indexOf(value.AsMemory()))];

    private static Action<List<int>> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, int> indexOf)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        return into =>
        {
            get(ref buffer);
            foreach (T value in buffer.GetValues())
            {
                int index = indexOf(value);
                if (index >= 0)
                    into.Add(index);
            }
        };
    }
}
