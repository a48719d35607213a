namespace MlNetSeqRec;

/// <summary>Scores every item as what comes after a history. Threads may share a scorer.</summary>
internal interface IItemScorer
{
    /// <summary>The number of items in the catalogue.</summary>
    int ItemCount { get; }

    /// <summary>Fills <paramref name="scores"/>, one for each item, higher for what is likelier to come next.</summary>
    /// <param name="history">The items so far, oldest first; may be empty.</param>
    /// <param name="scores">As many as there are items.</param>
    void Score(ReadOnlySpan<int> history, Span<float> scores);
}
