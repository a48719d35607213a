namespace MlNetSeqRec;

/// <summary>Consecutive items of a network: those of one domain.</summary>
/// <param name="First">The first item's row in the id table.</param>
/// <param name="Count">Items.</param>
internal readonly record struct ItemRange(int First, int Count);
