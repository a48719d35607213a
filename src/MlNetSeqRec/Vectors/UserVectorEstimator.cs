using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>Makes a <see cref="UserVectorTransformer"/>; there is nothing to train.</summary>
/// <remarks>
/// | Column | In or out | Type |
/// |---|---|---|
/// | History | in | vector of text, or of keys with key values; oldest item first. Its name is the model's |
/// | UserVector | out | vector of float, of one length for all rows |
/// </remarks>
public sealed class UserVectorEstimator : IEstimator<UserVectorTransformer>
{
    private readonly SequentialRecommendationTransformer? _model;
    private readonly string _outputColumn;

    internal UserVectorEstimator(SequentialRecommendationTransformer? model, string outputColumn)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumn);
        (_model, _outputColumn) = (model, outputColumn);
    }

    /// <summary>The transformer, after a check that the input has histories.</summary>
    /// <exception cref="ArgumentException">There is no model, neither given nor before in the chain.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The input has no history.</exception>
    public UserVectorTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new UserVectorTransformer(_model, _outputColumn);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_model is null)
            ModelAnnotation.Require(inputSchema, UserVectorTransformer.Step);
        else
            Shapes.Require(inputSchema, _model.Columns.History, "a history");
        return Shapes.With(inputSchema, Shapes.Vector(_outputColumn, NumberDataViewType.Single));
    }
}
