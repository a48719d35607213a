using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// The best items with what followers gain, from the best without it: as gains are never below 0, each of the new best is one of
/// the old or a follower.
/// </summary>
internal sealed class FollowerMerge
{
    private readonly long[] _places = [];
    private readonly float[] _totals = [];
    private readonly int[] _offsets;

    /// <param name="followers">Null for none.</param>
    /// <param name="states">[histories, width]</param>
    /// <param name="vectors">[candidates, width]</param>
    /// <param name="least">The least score of each history's best without followers, [histories]: what scores less with them is not kept.</param>
    public FollowerMerge(FollowerScores? followers, Tensor states, Tensor vectors, Tensor least)
    {
        _offsets = new int[states.shape[0] + 1];
        if (followers is null)
            return;
        using DisposeScope scope = NewDisposeScope();
        (Tensor rows, Tensor places, Tensor gains) = followers.Once(vectors.shape[0]);
        Tensor totals = (states.index_select(0, rows) * vectors.index_select(0, places)).sum(1) + gains;
        Tensor kept = (totals >= least.index_select(0, rows)).nonzero().squeeze_(1);
        (_places, _totals) = (places.index_select(0, kept).Values<long>(), totals.index_select(0, kept).Values<float>());
        foreach (long row in rows.index_select(0, kept).Values<long>())
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
        for (int i = _offsets[row]; i < _offsets[row + 1]; i++)
        {
            int place = (int)_places[i];
            if (!excluded.Contains(place))
                scores[place] = _totals[i];
        }

        KeyValuePair<int, float>[] sorted = [.. scores.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(count)];
        return (Array.ConvertAll(sorted, pair => pair.Key), Array.ConvertAll(sorted, pair => pair.Value));
    }
}
