namespace MlNetSeqRec;

/// <summary>
/// Bands of items by how often training saw them. Head: the most popular items that make up a third of all training
/// interactions; middle: the next third; tail: the rest; cold: items that training never saw. Items seen equally often
/// share a band.
/// </summary>
internal sealed class PopularityBands
{
    private readonly int _head; // the lowest count of the head
    private readonly int _middle;

    internal PopularityBands(IReadOnlyList<int> trainingCounts)
    {
        int[] descending = [.. trainingCounts.Where(count => count > 0).OrderDescending()];
        long total = descending.Sum(count => (long)count);
        _head = LowestOf(descending, total / 3.0);
        _middle = LowestOf(descending, total * 2 / 3.0);
    }

    internal static IReadOnlyList<string> Names { get; } = ["cold", "tail", "middle", "head"];

    internal string Of(int trainingCount) => trainingCount <= 0 ? "cold" : trainingCount >= _head ? "head" : trainingCount >= _middle ? "middle" : "tail";

    private static int LowestOf(int[] descending, double share)
    {
        long sum = 0;
        foreach (int count in descending)
        {
            sum += count;
            if (sum >= share)
                return count;
        }
        return 0;
    }
}
