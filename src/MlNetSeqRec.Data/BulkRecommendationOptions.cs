namespace MlNetSeqRec.Data;

/// <summary>Which of a data set's users <see cref="BulkRecommendation"/> recommends for, and in how many files.</summary>
public sealed record BulkRecommendationOptions
{
    /// <summary>
    /// How many files all users' recommendations are divided into. It must be the same for all shards. Null: one for each million
    /// interactions of the data.
    /// </summary>
    public int? Parts { get; init; }

    /// <summary>This shard's number, from 1 to <see cref="Shards"/>. It writes each <see cref="Shards"/>-th part.</summary>
    public int Shard { get; init; } = 1;

    /// <summary>How many shards share the parts. They need not know of each other. Default 1: all parts are written.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Conditions on the partitions of the data, as <see cref="SequentialDataLoading.LoadInteractions"/> takes them. Default: none.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];
}
