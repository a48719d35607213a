namespace MlNetSeqRec;

/// <summary>What a model's latest items add to scores, without its network; popularity decides ties.</summary>
internal sealed class LatestItemsScorer : IItemScorer
{
    private const float Least = 1e-4f; // popularity stays below what any item adds

    private readonly GainTable _gains;
    private readonly float[] _popularity;

    /// <param name="gains">What they add.</param>
    /// <param name="popularity">How often training saw each item.</param>
    public LatestItemsScorer(GainTable gains, int[] popularity)
    {
        float unit = Least / (1f + popularity.DefaultIfEmpty().Max());
        (_gains, _popularity) = (gains, Array.ConvertAll(popularity, count => count * unit));
    }

    public int ItemCount => _popularity.Length;

    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        _popularity.CopyTo(scores);
        _gains.AddTo(scores, history[^Math.Min(history.Length, GainTable.Recent)..].ToArray(), among: null);
    }
}
