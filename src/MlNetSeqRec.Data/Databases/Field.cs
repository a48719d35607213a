namespace MlNetSeqRec.Data.Databases;

/// <summary>A column of what is read: what the source calls it, and its value from what the source gives.</summary>
/// <param name="Name">Its name in the view.</param>
/// <param name="Source">Its name in the source.</param>
/// <param name="Kind">Int64 or String.</param>
/// <param name="Value">Turns a value, given the source's name and the number of the row for errors, into a text or an Int64.</param>
/// <param name="MayBeAbsent">Whether the source may lack it: then it is empty.</param>
internal sealed record Field(
    string Name, string Source, System.Data.DbType Kind, Func<object?, string, long, object> Value, bool MayBeAbsent = false)
{
    /// <summary>The columns of interactions.</summary>
    public static Field[] OfInteractions(SourceColumns columns) =>
    [
        new("UserId", columns.User, System.Data.DbType.String, FieldValues.Id),
        new("ItemId", columns.Item, System.Data.DbType.String, FieldValues.Id),
        new("Timestamp", columns.Time, System.Data.DbType.Int64, (value, column, row) => FieldValues.Time(value, column, row)),
    ];

    /// <summary>The columns of items.</summary>
    public static Field[] OfItems(SourceColumns columns) =>
    [
        new("ItemId", columns.Item, System.Data.DbType.String, FieldValues.Id),
        new("Title", columns.Title, System.Data.DbType.String, FieldValues.Text),
        new("Brand", columns.Brand, System.Data.DbType.String, FieldValues.Text, columns.Brand == SourceColumns.Usual.Brand),
        new("Categories", columns.Categories, System.Data.DbType.String, FieldValues.Text, columns.Categories == SourceColumns.Usual.Categories),
    ];

    /// <summary>The place of each field among the columns of a source; -1 where it is absent and may be.</summary>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public static int[] Find(IReadOnlyList<Field> fields, IReadOnlyList<string> columns, string source) => [.. fields.Select(field =>
    {
        int place = Place(columns, field.Source);
        return place >= 0 || field.MayBeAbsent
            ? place
            : throw new ArgumentException($"The {source} has no column '{field.Source}'; it has {string.Join(", ", columns.Select(name => $"'{name}'"))}.");
    })];

    // As databases do: the same name, or else one that differs in upper and lower case alone.
    private static int Place(IReadOnlyList<string> columns, string name)
    {
        string[] names = [.. columns];
        int exact = Array.IndexOf(names, name);
        return exact >= 0 ? exact : Array.FindIndex(names, other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase));
    }
}
