using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// The best items with what followers gain, from the best without it: as gains are never below 0, each of the new best is one of
/// the old or a follower.
/// </summary>
internal sealed class FollowerMerge
{
    private readonly FollowerScores _followers;
    private readonly float[] _totals;
    private readonly int[] _offsets;

    /// <param name="followers">Pairs by row, in the rows' order.</param>
    /// <param name="states">[histories, width]</param>
    /// <param name="vectors">[candidates, width]</param>
    public FollowerMerge(FollowerScores followers, Tensor states, Tensor vectors)
    {
        (_followers, _totals) = (followers, followers.Totals(states, vectors));
        _offsets = new int[states.shape[0] + 1];
        foreach (long row in followers.Rows)
            _offsets[row + 1]++;
        for (int row = 1; row < _offsets.Length; row++)
            _offsets[row] += _offsets[row - 1];
    }

    /// <summary>The new best of one history; of equal scores the lower index comes first.</summary>
    /// <param name="row">The history.</param>
    /// <param name="best">Its best without followers, at least <paramref name="count"/> where there are as many.</param>
    /// <param name="count">Items wanted.</param>
    /// <param name="excluded">Candidates that may not be given.</param>
    public (int[] Places, float[] Scores) Merge(int row, (int[] Places, float[] Scores) best, int count, int[] excluded)
    {
        var scores = new Dictionary<int, float>();
        for (int i = 0; i < best.Places.Length; i++)
            scores[best.Places[i]] = best.Scores[i];
        float least = best.Scores.Length < count ? float.NegativeInfinity : best.Scores[count - 1];
        for (int i = _offsets[row]; i < _offsets[row + 1]; i++)
        {
            int place = (int)_followers.Places[i];
            if (_totals[i] >= least && !excluded.Contains(place))
                scores[place] = _totals[i];
        }

        KeyValuePair<int, float>[] sorted = [.. scores.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(count)];
        return (Array.ConvertAll(sorted, pair => pair.Key), Array.ConvertAll(sorted, pair => pair.Value));
    }
}
