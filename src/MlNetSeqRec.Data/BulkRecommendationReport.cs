namespace MlNetSeqRec.Data;

/// <summary>What <see cref="BulkRecommendation"/> did.</summary>
/// <param name="Parts">The parts of all shards.</param>
/// <param name="PartsOfShard">Those of this shard.</param>
/// <param name="AlreadyThere">How many of these an earlier call had written.</param>
/// <param name="Users">The users of the parts that this call wrote.</param>
/// <param name="Rows">The rows of these parts: one for each user and recommended item.</param>
/// <param name="IsComplete">Whether the folder has the parts of all shards.</param>
/// <param name="ReadSeconds">How long reading histories took.</param>
/// <param name="WriteSeconds">How long scoring and writing took.</param>
public sealed record BulkRecommendationReport(
    int Parts, int PartsOfShard, int AlreadyThere, long Users, long Rows, bool IsComplete, double ReadSeconds, double WriteSeconds);
