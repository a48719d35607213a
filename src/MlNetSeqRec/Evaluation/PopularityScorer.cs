namespace MlNetSeqRec;

/// <summary>The baseline that recommends to everyone what training saw most often.</summary>
/// <param name="trainingCounts">How often training saw each item.</param>
internal sealed class PopularityScorer(int[] trainingCounts) : IItemScorer
{
    private readonly float[] _scores = Array.ConvertAll(trainingCounts, count => (float)count);

    public int ItemCount => _scores.Length;

    public void Score(ReadOnlySpan<int> history, Span<float> scores) => _scores.CopyTo(scores);
}
