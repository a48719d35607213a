using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MlNetSeqRec;

/// <summary>
/// Adds the vector that a trained model makes of each history. Saved and loaded with a chain by <c>mlContext.Model.Save</c> and
/// <c>Load</c>; a model that was given, not one that comes before in the chain, is saved with it.
/// </summary>
public sealed class UserVectorTransformer : ITransformer
{
    internal const string Step = "the user vectors";

    private const string Format = "MlNetSeqRec user vectors 1";

    private readonly SequentialRecommendationTransformer? _model;
    private readonly string _outputColumn;

    internal UserVectorTransformer(SequentialRecommendationTransformer? model, string outputColumn) => (_model, _outputColumn) = (model, outputColumn);

    /// <summary>True: each row is read by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The input's columns and the vector.</summary>
    /// <exception cref="ArgumentException">There is no model, neither given nor before in the chain.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Over(inputSchema).GetOutputSchema(inputSchema);
    }

    /// <summary>A view with the vectors; they are computed when rows are read.</summary>
    /// <inheritdoc cref="GetOutputSchema" path="/exception"/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RecommendationView(input, Over(input.Schema));
    }

    /// <summary>A mapper of single rows, as PredictionEngine uses it.</summary>
    /// <inheritdoc cref="GetOutputSchema" path="/exception"/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RecommendationMapper(inputSchema, Over(inputSchema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => UserVectorLoader.Save(ctx, this);

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Format);
        writer.Write(_outputColumn);
        writer.Write(_model is not null);
        _model?.Write(writer);
    }

    internal static UserVectorTransformer Read(BinaryReader reader, IHostEnvironment environment)
    {
        if (reader.ReadText() != Format)
            throw new InvalidDataException("The user vectors were written by another version");
        string column = reader.ReadText();
        if (!reader.ReadBoolean())
            return new UserVectorTransformer(null, column);
        NativeLibraries.Load();
        return new UserVectorTransformer(SequentialRecommendationTransformer.Read(reader, Devices.Choose("auto", environment)), column);
    }

    private UserVectors Over(DataViewSchema schema) => new(_model ?? ModelAnnotation.Require(schema, Step), _outputColumn);
}
