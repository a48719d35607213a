using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data.Databases;

namespace MlNetSeqRec.Data;

/// <summary>Interactions and items from and to a <see cref="DataFrame"/>.</summary>
/// <remarks>
/// A data frame is a data view, so <c>BuildSequences</c> takes one as it is; but as a view it gives a missing number as 0 and a missing
/// text as an empty one. What is loaded here is checked, and has the names that the rest of the library has by default.
/// </remarks>
public static class DataFrameBridge
{
    /// <summary>Takes the interactions of a frame; later changes to it are not seen.</summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="frame">One row an event.</param>
    /// <param name="userColumn">Its column of the user: text or whole numbers.</param>
    /// <param name="itemColumn">That of the item: text or whole numbers.</param>
    /// <param name="timeColumn">That of the time: Unix seconds, or dates, which are in UTC where they do not say otherwise.</param>
    /// <returns><c>UserId</c> and <c>ItemId</c> (text), <c>Timestamp</c> (Int64, Unix seconds); in the order of the frame.</returns>
    /// <exception cref="ArgumentException">The frame lacks a column.</exception>
    /// <exception cref="InvalidDataException">A value is missing or of a wrong type; the message names its row.</exception>
    public static IDataView LoadInteractions(
        this SequentialDataCatalog catalog,
        DataFrame frame,
        string userColumn = "user_id",
        string itemColumn = "item_id",
        string timeColumn = "timestamp")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Take(frame, Field.OfInteractions(new() { User = userColumn, Item = itemColumn, Time = timeColumn }));
    }

    /// <summary>Takes the items of a frame; later changes to it are not seen.</summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="frame">One row an item.</param>
    /// <param name="itemColumn">Its column of the item: text or whole numbers.</param>
    /// <param name="titleColumn">That of the title: text.</param>
    /// <param name="brandColumn">That of the brand: text; may be absent under its usual name.</param>
    /// <param name="categoriesColumn">That of the categories, from wide to narrow: text; may be absent under its usual name.</param>
    /// <returns><c>ItemId</c>, <c>Title</c>, <c>Brand</c>, <c>Categories</c>: text, empty where unknown.</returns>
    /// <exception cref="ArgumentException">The frame lacks a column.</exception>
    /// <exception cref="InvalidDataException">A value is missing or of a wrong type; the message names its row.</exception>
    public static IDataView LoadItems(
        this SequentialDataCatalog catalog,
        DataFrame frame,
        string itemColumn = "item_id",
        string titleColumn = "title",
        string brandColumn = "brand",
        string categoriesColumn = "categories")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Take(frame, Field.OfItems(new() { Item = itemColumn, Title = titleColumn, Brand = brandColumn, Categories = categoriesColumn }));
    }

    /// <summary>
    /// Copies a view (interactions, items, recommendations) to a frame: all rows, where ML.NET's own <c>ToDataFrame</c> stops at 100
    /// unless told otherwise; keys, which it refuses, become the values that they stand for.
    /// </summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="view">The view; it must fit in memory.</param>
    /// <returns>A column for each visible one of the view.</returns>
    /// <exception cref="NotSupportedException">A frame has no column of a type.</exception>
    public static DataFrame ToDataFrame(this SequentialDataCatalog catalog, IDataView view)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(view);
        InputOutputColumnPair[] keys =
        [
            .. view.Schema.Where(column => !column.IsHidden && ItemType(column) is KeyDataViewType).Select(column => new InputOutputColumnPair(column.Name)),
        ];
        IDataView plain = keys.Length == 0 ? view : catalog.Context.Transforms.Conversion.MapKeyToValue(keys).Fit(view).Transform(view);
        return plain.ToDataFrame(maxRows: -1);
    }

    private static DataViewType ItemType(DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;

    private static DataFrame Take(DataFrame frame, Field[] fields)
    {
        ArgumentNullException.ThrowIfNull(frame);
        int[] places = Field.Find(fields, [.. frame.Columns.Select(column => column.Name)], "data frame");
        return new DataFrame(fields.Zip(places, (field, place) => Column(field, place < 0 ? null : frame.Columns[place], frame.Rows.Count)));
    }

    private static DataFrameColumn Column(Field field, DataFrameColumn? source, long rows)
    {
        IEnumerable<object> Values()
        {
            for (long row = 0; row < rows; row++)
            {
                yield return field.Value(source?[row], field.Source, row + 1);
            }
        }

        return field.Kind == System.Data.DbType.Int64
            ? new Int64DataFrameColumn(field.Name, Values().Cast<long>())
            : new StringDataFrameColumn(field.Name, Values().Cast<string>());
    }
}
