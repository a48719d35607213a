using System.Numerics;
using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>
/// The rank of a target among candidates: 1 + the candidates with a greater score + half of the others with an equal one.
/// Ties so count as half: a model that scores everything alike ranks every target in the middle, not at the top.
/// A target that is no candidate (excluded, or outside the catalogue) has rank +infinity: a miss.
/// </summary>
internal static class TargetRank
{
    /// <summary>The rank of <paramref name="target"/> among all items.</summary>
    /// <exception cref="ArgumentException">A score is NaN.</exception>
    internal static float Among(ReadOnlySpan<float> scores, int target) => Among(scores, target, []);

    /// <summary>The rank of <paramref name="target"/> among the items that are not in <paramref name="excluded"/>, which may name an item twice.</summary>
    /// <exception cref="ArgumentException">A score is NaN.</exception>
    internal static float Among(ReadOnlySpan<float> scores, int target, ReadOnlySpan<int> excluded)
    {
        if (!IsCandidate(scores, target, excluded))
            return float.PositiveInfinity;
        (int greater, int equal) = Compare(scores, scores[target]);
        return Without(scores, target, excluded, greater, equal);
    }

    /// <summary>The ranks of <paramref name="target"/> among all items and among those that are not excluded, in one pass.</summary>
    /// <exception cref="ArgumentException">A score is NaN.</exception>
    internal static TargetRanks Both(ReadOnlySpan<float> scores, int target, ReadOnlySpan<int> excluded)
    {
        if (!IsCandidate(scores, target, []))
            return new TargetRanks(float.PositiveInfinity, float.PositiveInfinity);
        (int greater, int equal) = Compare(scores, scores[target]);
        float unseen = excluded.Contains(target) ? float.PositiveInfinity : Without(scores, target, excluded, greater, equal);
        return new TargetRanks(Rank(greater, equal - 1), unseen);
    }

    /// <summary>
    /// The rank of <paramref name="target"/> among itself and <paramref name="negatives"/> distinct other items, drawn uniformly
    /// from those not excluded; all of them where there are no more. The draw depends on the seed and the user alone.
    /// </summary>
    /// <exception cref="ArgumentException">A score is NaN.</exception>
    internal static float Sampled(ReadOnlySpan<float> scores, int target, ReadOnlySpan<int> excluded, int negatives, int seed, int user)
    {
        if (!IsCandidate(scores, target, excluded))
            return float.PositiveInfinity;
        int[] left = Distinct([.. excluded, target], scores.Length);
        int candidates = scores.Length - left.Length;
        if (negatives >= candidates)
            return Among(scores, target, excluded);

        for (int i = 0; i < left.Length; i++)
            left[i] -= i; // the number of candidates before the i-th item that is left out
        int greater = 0, equal = 0;
        foreach (int position in Draw(negatives, candidates, seed, user))
        {
            float score = scores[position + LeftOutBefore(left, position)];
            ThrowIfNaN(score);
            greater += score > scores[target] ? 1 : 0;
            equal += score == scores[target] ? 1 : 0;
        }
        return Rank(greater, equal);
    }

    private static float Rank(int greater, int equalOthers) => 1 + greater + (0.5f * equalOthers);

    private static float Without(ReadOnlySpan<float> scores, int target, ReadOnlySpan<int> excluded, int greater, int equal)
    {
        float own = scores[target];
        foreach (int item in Distinct(excluded, scores.Length))
        {
            greater -= scores[item] > own ? 1 : 0;
            equal -= scores[item] == own ? 1 : 0;
        }
        return Rank(greater, equal - 1);
    }

    private static bool IsCandidate(ReadOnlySpan<float> scores, int target, ReadOnlySpan<int> excluded)
    {
        if ((uint)target >= (uint)scores.Length || excluded.Contains(target))
            return false;
        ThrowIfNaN(scores[target]);
        return true;
    }

    private static (int Greater, int Equal) Compare(ReadOnlySpan<float> scores, float own)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(scores);
        Vector<int> greaters = default, equals = default, numbers = default;
        var owns = new Vector<float>(own);
        foreach (Vector<float> vector in vectors)
        {
            greaters -= Vector.GreaterThan(vector, owns); // true is -1 in every lane
            equals -= Vector.Equals(vector, owns);
            numbers -= Vector.Equals(vector, vector); // false for NaN
        }
        if (Vector.Sum(numbers) != vectors.Length * Vector<float>.Count)
            ThrowIfNaN(float.NaN);
        int greater = Vector.Sum(greaters), equal = Vector.Sum(equals);
        foreach (float score in scores[(vectors.Length * Vector<float>.Count)..])
        {
            ThrowIfNaN(score);
            greater += score > own ? 1 : 0;
            equal += score == own ? 1 : 0;
        }
        return (greater, equal);
    }

    /// <summary>Draws distinct numbers below <paramref name="limit"/>, every subset equally likely (Floyd's algorithm).</summary>
    private static HashSet<int> Draw(int count, int limit, int seed, int user)
    {
        var random = new SplitMix64(seed, user);
        var drawn = new HashSet<int>(count);
        for (int last = limit - count; last < limit; last++)
        {
            if (!drawn.Add(random.Next(last + 1)))
                drawn.Add(last);
        }
        return drawn;
    }

    private static int LeftOutBefore(int[] left, int position)
    {
        int low = 0, high = left.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (left[middle] <= position)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>The items of the catalogue that are in <paramref name="items"/>, ascending, each once.</summary>
    private static int[] Distinct(ReadOnlySpan<int> items, int itemCount)
    {
        ReadOnlySpan<int> distinct = items.DistinctSorted();
        int start = 0, end = distinct.Length;
        while (start < end && distinct[start] < 0)
            start++;
        while (end > start && distinct[end - 1] >= itemCount)
            end--;
        return distinct[start..end].ToArray();
    }

    private static void ThrowIfNaN(float score)
    {
        if (float.IsNaN(score))
            throw new ArgumentException("A score is NaN (not a number), so items cannot be ranked. The model has diverged; train it with a lower learning rate.", nameof(score));
    }
}
