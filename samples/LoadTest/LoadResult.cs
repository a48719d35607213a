namespace MlNetSeqRec.Samples.LoadTest;

/// <summary>What clients met.</summary>
/// <param name="Milliseconds">The time of each request.</param>
/// <param name="Wrong">Requests with an error or a wrong answer.</param>
/// <param name="Names">Models that answered.</param>
/// <param name="Seconds">The time of all together.</param>
internal sealed record LoadResult(IReadOnlyList<double> Milliseconds, long Wrong, IReadOnlySet<string> Names, double Seconds)
{
    public static LoadResult None { get; } = new([], 0, new HashSet<string>(), 0);

    public int Models => Names.Count;

    public static LoadResult operator +(LoadResult one, LoadResult other) =>
        new([.. one.Milliseconds, .. other.Milliseconds], one.Wrong + other.Wrong, new HashSet<string>(one.Names.Concat(other.Names)), one.Seconds + other.Seconds);

    public override string ToString()
    {
        double[] sorted = [.. Milliseconds.Order()];
        double Quantile(double share) => sorted.Length == 0 ? 0 : sorted[(int)(share * (sorted.Length - 1))];
        return $"{sorted.Length / Seconds:N0} requests/s, p50 {Quantile(0.5):f2} ms, p99 {Quantile(0.99):f2} ms, {sorted.Length:N0} requests, {Wrong} errors or wrong answers, {Models} model(s)";
    }
}
