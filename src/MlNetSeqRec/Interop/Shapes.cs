using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>Schema shapes: what an estimator promises before it has seen data.</summary>
internal static class Shapes
{
    public static SchemaShape.Column Scalar(string name, DataViewType type) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, type, isKey: false);

    public static SchemaShape.Column VariableVector(string name, DataViewType itemType) =>
        new(name, SchemaShape.Column.VectorKind.VariableVector, itemType, isKey: false);

    public static SchemaShape.Column Vector(string name, DataViewType itemType) =>
        new(name, SchemaShape.Column.VectorKind.Vector, itemType, isKey: false);

    /// <summary>The same column with one annotation.</summary>
    public static SchemaShape.Column WithAnnotation(SchemaShape.Column column, string name, DataViewType type) =>
        new(column.Name, column.Kind, column.ItemType, column.IsKey, new SchemaShape([Scalar(name, type)]));

    /// <summary>A vector of keys that carries the texts of its values.</summary>
    public static SchemaShape.Column VariableKeyVector(string name) => new(
        name,
        SchemaShape.Column.VectorKind.VariableVector,
        NumberDataViewType.UInt32,
        isKey: true,
        new SchemaShape([Vector("KeyValues", TextDataViewType.Instance)]));

    /// <summary>The input's columns, of which those of the same name are replaced by <paramref name="added"/>.</summary>
    public static SchemaShape With(SchemaShape input, params SchemaShape.Column[] added)
    {
        Dictionary<string, SchemaShape.Column> columns = input.ToDictionary(column => column.Name);
        foreach (SchemaShape.Column column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    public static SchemaShape.Column? Find(SchemaShape shape, string name)
    {
        foreach (SchemaShape.Column column in shape)
        {
            if (column.Name == name)
                return column;
        }

        return null;
    }

    public static SchemaShape.Column Require(SchemaShape shape, string name, string expected) =>
        Find(shape, name) ?? throw new ArgumentOutOfRangeException(
            nameof(name), $"There is no column '{name}' ({expected} was expected); the data has {string.Join(", ", shape.Select(c => $"'{c.Name}'"))}");

    /// <summary>Whether the column is a vector of text or of keys: a history.</summary>
    public static bool IsHistory(SchemaShape.Column column) =>
        column.Kind != SchemaShape.Column.VectorKind.Scalar && (column.IsKey || column.ItemType is TextDataViewType);
}
