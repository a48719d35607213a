using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>The rows of a data view of items. Brands and category paths repeat, so one copy of each is kept.</summary>
internal sealed class ItemRows
{
    private const string Unit = "\u001f"; // no name contains this separator, so a name that contains " > " stays whole

    private readonly IDataView _view;
    private readonly DataViewSchema.Column _item;
    private readonly DataViewSchema.Column? _title, _brand, _categories;
    private readonly CategoryPaths _paths;

    internal ItemRows(IDataView view, string itemColumn = "ItemId", string titleColumn = "Title", string brandColumn = "Brand", string categoriesColumn = "Categories")
    {
        _view = view;
        _item = Text(itemColumn, nameof(itemColumn)) ?? throw new ArgumentOutOfRangeException(nameof(itemColumn), itemColumn,
            $"The items have no column '{itemColumn}' for the item ids; they have {string.Join(", ", view.Schema.Select(column => $"'{column.Name}'"))}.");
        _title = Text(titleColumn, nameof(titleColumn));
        _brand = Text(brandColumn, nameof(brandColumn));
        _categories = Text(categoriesColumn, nameof(categoriesColumn), orVector: true);
        _paths = _categories?.Type is VectorDataViewType ? new(Unit) : new();
    }

    /// <summary>Whether the columns are those that views of items have.</summary>
    internal bool HasUsualNames => (_item.Name, _title?.Name, _brand?.Name, _categories?.Name) == ("ItemId", "Title", "Brand", "Categories");

    /// <summary>The ids alone, as <see cref="Read"/> gives them.</summary>
    internal IEnumerable<string> ReadIds()
    {
        using DataViewRowCursor cursor = _view.GetRowCursor([_item]);
        ValueGetter<ReadOnlyMemory<char>> item = cursor.GetGetter<ReadOnlyMemory<char>>(_item);
        ReadOnlyMemory<char> id = default;
        while (cursor.MoveNext())
        {
            item(ref id);
            if (!id.IsEmpty)
                yield return id.ToString();
        }
    }

    internal IEnumerable<(string Id, ItemText Text)> Read()
    {
        IEnumerable<DataViewSchema.Column> columns = new[] { _item, _title, _brand, _categories }.OfType<DataViewSchema.Column>();
        using DataViewRowCursor cursor = _view.GetRowCursor(columns);
        ValueGetter<ReadOnlyMemory<char>> item = cursor.GetGetter<ReadOnlyMemory<char>>(_item);
        Func<string> title = TextGetter(cursor, _title, memory => memory.ToString());
        Func<string> brand = TextGetter(cursor, _brand, memory => _paths.Name(memory.Span));
        Func<string[]> categories = CategoriesGetter(cursor);
        ReadOnlyMemory<char> id = default;
        while (cursor.MoveNext())
        {
            item(ref id);
            if (!id.IsEmpty)
                yield return (id.ToString(), new ItemText(title(), brand(), categories()));
        }
    }

    private DataViewSchema.Column? Text(string name, string parameter, bool orVector = false)
    {
        if (_view.Schema.GetColumnOrNull(name) is not { } column)
            return null;
        DataViewType type = orVector && column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        if (type is TextDataViewType)
            return column;
        string expected = orVector ? "text or a vector of text" : "text";
        throw new ArgumentOutOfRangeException(parameter, name, $"Column '{name}' of the items has type {column.Type}; expected {expected}.");
    }

    private static Func<string> TextGetter(DataViewRow row, DataViewSchema.Column? column, Func<ReadOnlyMemory<char>, string> toText)
    {
        if (column is null)
            return () => "";
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column.Value);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            return toText(value);
        };
    }

    private Func<string[]> CategoriesGetter(DataViewRow row)
    {
        if (_categories?.Type is not VectorDataViewType)
        {
            Func<string> joined = TextGetter(row, _categories, memory => memory.ToString());
            return () => _paths.Of(joined());
        }
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(_categories.Value);
        VBuffer<ReadOnlyMemory<char>> values = default;
        return () =>
        {
            getter(ref values);
            return _paths.Of(string.Join(Unit, values.DenseValues()));
        };
    }
}
