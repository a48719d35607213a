using System.Numerics.Tensors;

namespace MlNetSeqRec;

/// <summary>
/// The ranks of all users, as distinct values and how many users have each. A metric is then a gain for each distinct rank,
/// and its mean a dot product: this makes a thousand bootstrap resamples cheap.
/// </summary>
internal sealed class RankHistogram
{
    private const int Resamples = 1000;

    private readonly double[] _distinct;
    private readonly double[] _users; // with each distinct rank
    private readonly int[] _binOfUser;

    internal RankHistogram(IEnumerable<float> ranks)
    {
        float[] sorted = [.. ranks.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("There is no user to evaluate.", nameof(ranks));
        _binOfUser = new int[sorted.Length];
        for (int user = 1; user < sorted.Length; user++)
            _binOfUser[user] = _binOfUser[user - 1] + (sorted[user] == sorted[user - 1] ? 0 : 1);
        _distinct = new double[_binOfUser[^1] + 1];
        _users = new double[_distinct.Length];
        for (int user = 0; user < sorted.Length; user++)
        {
            _distinct[_binOfUser[user]] = sorted[user];
            _users[_binOfUser[user]]++;
        }
    }

    /// <summary>The gain of each distinct rank; a miss has rank infinity.</summary>
    internal double[] Gains(Func<double, double> gain) => Array.ConvertAll(_distinct, rank => gain(rank));

    internal double[] Means(double[][] gains) => Means(gains, _users);

    /// <summary>
    /// 95 % percentile bootstrap intervals (Efron 1979) of the means: users are drawn with replacement, as many as there are,
    /// and the middle 95 % of the resampled means is the interval. All metrics share the resamples.
    /// </summary>
    internal ConfidenceInterval[] BootstrapIntervals(double[][] gains, int seed)
    {
        var means = new double[Resamples][];
        double[] drawn = new double[_users.Length];
        for (int resample = 0; resample < Resamples; resample++)
        {
            var random = new SplitMix64(seed, resample);
            Array.Clear(drawn);
            for (int i = 0; i < _binOfUser.Length; i++)
                drawn[_binOfUser[random.Next(_binOfUser.Length)]]++;
            means[resample] = Means(gains, drawn);
        }
        return [.. Enumerable.Range(0, gains.Length).Select(metric => MiddleOf([.. means.Select(mean => mean[metric]).Order()]))];
    }

    private double[] Means(double[][] gains, double[] users) =>
        Array.ConvertAll(gains, gain => TensorPrimitives.Dot<double>(users, gain) / _binOfUser.Length);

    private static ConfidenceInterval MiddleOf(double[] sorted) => new(Quantile(sorted, 0.025), Quantile(sorted, 0.975));

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return double.Lerp(sorted[below], sorted[Math.Min(below + 1, sorted.Length - 1)], place - below);
    }
}
