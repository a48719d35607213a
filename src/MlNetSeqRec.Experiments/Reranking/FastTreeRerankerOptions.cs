using Microsoft.ML;

namespace MlNetSeqRec.Experiments;

/// <summary>How a <see cref="FastTreeReranker"/> is trained.</summary>
public sealed class FastTreeRerankerOptions
{
    /// <summary>
    /// Histories and targets that the model before was not trained on (<see cref="SequenceSplit.Validation"/>): a part of their users
    /// trains the trees, the others choose how many of them are kept. Required.
    /// </summary>
    public IDataView? ValidationData { get; set; }

    /// <summary>How many of the model's best items are re-ranked, at least as many as it recommends.</summary>
    public int CandidateCount { get; set; } = 100;

    /// <summary>
    /// The interactions of the training part (<see cref="SequenceSplit.Train"/>), with columns ItemId and Timestamp, by which an item is
    /// known as recent or old; null, or without times, for features without that.
    /// </summary>
    public IDataView? Interactions { get; set; }

    /// <summary>Items with columns ItemId (text) and Price (float); null, or without prices, for features without them.</summary>
    public IDataView? Items { get; set; }

    /// <summary>The share of the users of <see cref="ValidationData"/> who choose how many trees are kept.</summary>
    public double ChoosingShare { get; set; } = 0.25;

    /// <summary>Most trees.</summary>
    public int NumberOfTrees { get; set; } = 500;

    /// <summary>Leaves of each tree.</summary>
    public int NumberOfLeaves { get; set; } = 16;

    /// <summary>Fewest candidates in a leaf; fewer where there are few.</summary>
    public int MinimumExampleCountPerLeaf { get; set; } = 100;

    /// <summary>How much each tree counts.</summary>
    public double LearningRate { get; set; } = 0.05;

    /// <summary>Threads that trees are trained with; null for all processors.</summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>The seed by which users are parted.</summary>
    public int Seed { get; set; } = 1;

    internal void Check()
    {
        if (ValidationData is null)
            throw new ArgumentException("The re-ranker has no ValidationData to learn from: histories and targets that the model before was not trained on, as the Validation of rec.Data.LeaveOneOutSplit");
        if (CandidateCount < 1)
            throw new ArgumentOutOfRangeException(nameof(CandidateCount), CandidateCount, "CandidateCount must be at least 1");
        if (ChoosingShare is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(ChoosingShare), ChoosingShare, "ChoosingShare must be between 0 and 1");
        if (NumberOfTrees < 1)
            throw new ArgumentOutOfRangeException(nameof(NumberOfTrees), NumberOfTrees, "NumberOfTrees must be at least 1");
        if (NumberOfLeaves < 2)
            throw new ArgumentOutOfRangeException(nameof(NumberOfLeaves), NumberOfLeaves, "NumberOfLeaves must be at least 2");
        if (MinimumExampleCountPerLeaf < 1)
            throw new ArgumentOutOfRangeException(nameof(MinimumExampleCountPerLeaf), MinimumExampleCountPerLeaf, "MinimumExampleCountPerLeaf must be at least 1");
        if (!(LearningRate > 0) || !double.IsFinite(LearningRate))
            throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "LearningRate must be above 0");
        if (NumberOfThreads < 1)
            throw new ArgumentOutOfRangeException(nameof(NumberOfThreads), NumberOfThreads, "NumberOfThreads must be at least 1");
    }
}
