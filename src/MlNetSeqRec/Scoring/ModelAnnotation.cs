using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>
/// The trained model that made a column of scores, as an annotation of that column: a later step of a chain, which ML.NET gives
/// nothing but the data, finds the model there, and need not keep a copy of it.
/// </summary>
internal sealed class ModelAnnotation : StructuredDataViewType
{
    public const string Name = "SequentialRecommendationModel";

    private ModelAnnotation()
        : base(typeof(SequentialRecommendationTransformer))
    {
    }

    public static ModelAnnotation Type { get; } = new();

    public static DataViewSchema.Annotations Of(SequentialRecommendationTransformer model)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(Name, Type, (ref SequentialRecommendationTransformer value) => value = model);
        return annotations.ToAnnotations();
    }

    /// <summary>The latest model that the data went through.</summary>
    /// <param name="schema">The data's columns.</param>
    /// <param name="step">Who asks, for the error.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static SequentialRecommendationTransformer Require(DataViewSchema schema, string step)
    {
        DataViewSchema.Column? found = schema.Where(column => column.Annotations.Schema.GetColumnOrNull(Name) is not null).Cast<DataViewSchema.Column?>().LastOrDefault();
        if (found is not { } scores)
            throw NotFound(step);
        SequentialRecommendationTransformer? model = null;
        scores.Annotations.GetValue(Name, ref model);
        return model!;
    }

    /// <summary>Checks that a model will have been there, before there is data.</summary>
    /// <inheritdoc cref="Require(DataViewSchema, string)" path="/exception"/>
    public static void Require(SchemaShape shape, string step)
    {
        if (!shape.Any(column => Shapes.Find(column.Annotations, Name) is not null))
            throw NotFound(step);
    }

    public override bool Equals(DataViewType? other) => other is ModelAnnotation;

    public override bool Equals(object? other) => other is ModelAnnotation;

    public override int GetHashCode() => typeof(ModelAnnotation).GetHashCode();

    private static ArgumentException NotFound(string step) =>
        new($"No sequential recommendation model comes before {step}: append it after rec.Trainers.SequentialTransformer (or FineTune) in the same chain, and keep the model's score column");
}
