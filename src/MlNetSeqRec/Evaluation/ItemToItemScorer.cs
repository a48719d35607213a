namespace MlNetSeqRec;

/// <summary>
/// The baseline that recommends what followed the most recent item: an item scores the number of times it came directly after
/// that item in training. Where that says nothing, the items before it count, each half as much as the next; popularity decides ties.
/// </summary>
internal sealed class ItemToItemScorer : IItemScorer
{
    private const float Decay = 0.5f;

    private readonly int _steps;
    private readonly TransitionTable _followers;
    private readonly float[] _popularity; // below the weight of a single time at the last step

    /// <param name="items">Training sequences, one after another, oldest item first.</param>
    /// <param name="offsets">Sequence s runs from offsets[s] to offsets[s + 1].</param>
    /// <param name="itemCount">The number of items in the catalogue.</param>
    /// <param name="steps">How many recent items count; 1 for a Markov chain of first order.</param>
    internal ItemToItemScorer(int[] items, long[] offsets, int itemCount, int steps = 5)
    {
        _steps = steps;
        _followers = TransitionTable.Count(items, offsets, itemCount);
        var counts = new int[itemCount];
        foreach (int item in items)
            counts[item]++;
        float unit = MathF.Pow(Decay, steps) / (1f + counts.DefaultIfEmpty().Max());
        _popularity = Array.ConvertAll(counts, count => count * unit);
    }

    public int ItemCount => _popularity.Length;

    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        _popularity.CopyTo(scores);
        float weight = 1;
        for (int i = history.Length - 1; i >= Math.Max(0, history.Length - _steps); i--, weight *= Decay)
        {
            foreach ((int follower, int times) in _followers.TimesAfter(history[i]))
                scores[follower] += weight * times;
        }
    }
}
