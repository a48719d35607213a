using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>Turns interactions, one row each, into one row for each user with the history as a vector.</summary>
/// <remarks>
/// | Column | In or out | Type |
/// |---|---|---|
/// | user | in | text, key or whole number |
/// | item | in | text, key or whole number |
/// | time | in, optional | a number that grows with time, or a date |
/// | user | out | text |
/// | history | out | vector of text, oldest item first |
///
/// Events of the same time keep the order of the rows; repeated events are kept. Data that already has the history
/// column passes through unchanged, so that one chain serves a table of interactions and a single shopper's history.
/// </remarks>
public sealed class BuildSequencesEstimator : IEstimator<BuildSequencesTransformer>
{
    private readonly string _userColumn;
    private readonly string _itemColumn;
    private readonly string? _timeColumn;
    private readonly string _historyColumn;

    internal BuildSequencesEstimator(string userColumn, string itemColumn, string? timeColumn, string historyColumn)
    {
        (_userColumn, _itemColumn, _timeColumn, _historyColumn) = (userColumn, itemColumn, timeColumn, historyColumn);
    }

    /// <summary>Nothing is learnt and no row is read; the columns are checked.</summary>
    public BuildSequencesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new BuildSequencesTransformer(_userColumn, _itemColumn, _timeColumn, _historyColumn);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (Shapes.Find(inputSchema, _historyColumn) is not null)
            return inputSchema;

        Shapes.Require(inputSchema, _userColumn, "a user id");
        Shapes.Require(inputSchema, _itemColumn, "an item id");
        if (_timeColumn is not null)
            Shapes.Require(inputSchema, _timeColumn, "a time");
        return new SchemaShape(
        [
            Shapes.Scalar(_userColumn, TextDataViewType.Instance),
            Shapes.VariableVector(_historyColumn, TextDataViewType.Instance),
        ]);
    }
}
