using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>The names and types of the columns that a trained model reads and adds.</summary>
internal sealed record RecommendationColumns(string History, string Target, string RecommendedItems, string Score)
{
    public const string Fallback = "IsPopularityFallback";
    public const string TargetRank = "TargetRank";
    public const string TargetRankUnseen = "TargetRankUnseen";
    public const string ItemCount = "ItemCount";

    public static RecommendationColumns From(SequentialTransformerOptions options) =>
        new(options.HistoryColumn, options.TargetColumn, options.RecommendedItemsColumn, options.ScoreColumn);

    /// <summary>Whether the input carries targets, whose ranks are then added.</summary>
    public bool HasTarget(DataViewSchema input) => input.GetColumnOrNull(Target) is { } column && Columns.IsItem(column.Type);

    /// <summary>The shape of what a trainer's model gives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input has no history.</exception>
    public SchemaShape Extend(SchemaShape input)
    {
        SchemaShape.Column history = Shapes.Require(input, History, "a history");
        if (!Shapes.IsHistory(history))
            throw new ArgumentOutOfRangeException(nameof(input), $"Column '{history.Name}' is {history.Kind} of {history.ItemType}; a vector of text or of keys was expected");
        bool keys = history.IsKey;
        List<SchemaShape.Column> added =
        [
            keys ? Shapes.VariableKeyVector(RecommendedItems) : Shapes.VariableVector(RecommendedItems, TextDataViewType.Instance),
            Shapes.WithAnnotation(Shapes.VariableVector(Score, NumberDataViewType.Single), ModelAnnotation.Name, ModelAnnotation.Type),
            Shapes.Scalar(Fallback, BooleanDataViewType.Instance),
        ];
        if (Shapes.Find(input, Target) is { } target && target.Kind == SchemaShape.Column.VectorKind.Scalar && (target.IsKey || target.ItemType is TextDataViewType))
            added.AddRange([Shapes.Scalar(TargetRank, NumberDataViewType.Single), Shapes.Scalar(TargetRankUnseen, NumberDataViewType.Single)]);
        return Shapes.With(input, [.. added]);
    }

    /// <summary>The columns that are added to the input's, in order.</summary>
    /// <param name="input">The input's columns.</param>
    /// <param name="model">The model that scores.</param>
    /// <param name="like">A column of recommended items, whose type those added have; by default the history.</param>
    public IReadOnlyList<DataViewSchema.DetachedColumn> Added(DataViewSchema input, SequentialRecommendationTransformer model, DataViewSchema.Column? like = null)
    {
        ItemCatalogue catalogue = model.Catalogue;
        DataViewSchema.Column history = HistoryReader.Find(input, History);
        bool keys = (like ?? history).Type is VectorDataViewType { ItemType: KeyDataViewType };
        DataViewSchema.Annotations? keyValues = keys ? Columns.WithKeyValues(catalogue.Count, (ref VBuffer<ReadOnlyMemory<char>> value) =>
            value = new VBuffer<ReadOnlyMemory<char>>(catalogue.Count, [.. Enumerable.Range(0, catalogue.Count).Select(i => catalogue.IdOf(i).AsMemory())])) : null;
        PrimitiveDataViewType item = keys ? new KeyDataViewType(typeof(uint), catalogue.Count) : TextDataViewType.Instance;

        var columns = new List<DataViewSchema.DetachedColumn>
        {
            new(RecommendedItems, new VectorDataViewType(item), keyValues),
            new(Score, new VectorDataViewType(NumberDataViewType.Single), ModelAnnotation.Of(model)),
            new(Fallback, BooleanDataViewType.Instance),
        };
        if (HasTarget(input))
        {
            var count = new DataViewSchema.Annotations.Builder();
            count.Add(ItemCount, NumberDataViewType.Int32, (ref int value) => value = catalogue.Count);
            columns.Add(new(TargetRank, NumberDataViewType.Single, count.ToAnnotations()));
            columns.Add(new(TargetRankUnseen, NumberDataViewType.Single));
        }

        return columns;
    }

    public DataViewSchema Output(DataViewSchema input, SequentialRecommendationTransformer model, DataViewSchema.Column? like = null)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(input);
        foreach (DataViewSchema.DetachedColumn column in Added(input, model, like))
            schema.AddColumn(column.Name, column.Type, column.Annotations);
        return schema.ToSchema();
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(History);
        writer.Write(Target);
        writer.Write(RecommendedItems);
        writer.Write(Score);
    }

    public static RecommendationColumns Load(BinaryReader reader) =>
        new(reader.ReadText(), reader.ReadText(), reader.ReadText(), reader.ReadText());
}
