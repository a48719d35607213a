using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>What adds columns to rows with a history: a trained model, a re-ranked one, the vectors of users.</summary>
internal interface IHistoryMapper
{
    /// <summary>Where histories and targets are.</summary>
    RecommendationColumns Columns { get; }

    /// <summary>What histories are looked up in.</summary>
    ItemCatalogue Catalogue { get; }

    /// <summary>The input's columns, and after them those that are added.</summary>
    DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <summary>The results of some rows, in order.</summary>
    /// <param name="histories">Catalogue indices, oldest first.</param>
    /// <param name="targets">One for each history where <paramref name="needsRanks"/>; -1 for an item outside the catalogue.</param>
    /// <param name="needsTop">Whether anything but ranks is asked for.</param>
    /// <param name="needsRanks">Whether the targets' ranks are asked for.</param>
    RowResult[] Score(IReadOnlyList<ReadOnlyMemory<int>> histories, IReadOnlyList<int> targets, bool needsTop, bool needsRanks);

    /// <summary>The getter of an added column over whatever gives the current row's result.</summary>
    Delegate Getter(DataViewSchema.Column column, Func<RowResult> current);
}
