using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>A view of interactions that can give its users' sequences without going through its rows.</summary>
internal interface ISequenceSource : IDataView
{
    /// <summary>The sequences of these columns, the same as reading the rows gives; null where it has them of other columns only.</summary>
    UserSequences? Sequences(string userColumn, string itemColumn, string? timeColumn);
}
