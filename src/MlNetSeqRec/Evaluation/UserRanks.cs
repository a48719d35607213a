namespace MlNetSeqRec;

/// <summary>What evaluation keeps of one user.</summary>
/// <param name="All">The target's rank among all items.</param>
/// <param name="Unseen">The target's rank among the items that the user has not had; infinite when it is one that they had.</param>
/// <param name="HistoryLength">The number of events before the target.</param>
/// <param name="TargetCount">How often training saw the target.</param>
internal readonly record struct UserRanks(float All, float Unseen, int HistoryLength, int TargetCount);
