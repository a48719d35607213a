namespace MlNetSeqRec.Experiments;

/// <summary>One run in leaderboard.json. Figures are by name: "ndcg@10", "hr@10", "mrr" and so on, with "unseen " before those among unseen items.</summary>
public sealed record LeaderboardRun
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>rule or model.</summary>
    public required string Kind { get; init; }

    /// <summary>finished, stopped, notTried or failed.</summary>
    public required string Status { get; init; }

    /// <summary>The figure that decides; null where it is not finished.</summary>
    public required double? Value { get; init; }

    /// <summary>Its 95 % interval; null where it is not finished, and for a re-ranked model, whose value is put together from two.</summary>
    public required IReadOnlyList<double>? Ci95 { get; init; }

    /// <summary>Users that it was validated on; null where it is not finished.</summary>
    public required int? Users { get; init; }

    /// <summary>Figures on the validation data; null where it is not finished.</summary>
    public required IReadOnlyDictionary<string, double>? Validation { get; init; }

    /// <summary>Figures on the test data; null where not measured.</summary>
    public required IReadOnlyDictionary<string, double>? Test { get; init; }

    /// <summary>The best unseen NDCG@10 after any epoch, without transitions; null without epochs.</summary>
    public required double? BestEpochNdcg { get; init; }

    /// <summary>Epochs that were trained.</summary>
    public required int Epochs { get; init; }

    /// <summary>Seconds that were spent on it.</summary>
    public required double Seconds { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public required string? Error { get; init; }

    /// <summary>A run as it is written.</summary>
    /// <param name="run">The run.</param>
    /// <param name="metric">What decides.</param>
    public static LeaderboardRun Of(SequentialRunDetail run, SequentialMetric metric)
    {
        ArgumentNullException.ThrowIfNull(run);
        string status = run.Status.ToString();
        // The figure of a re-ranked model is not of the users that its metrics are of.
        ConfidenceInterval? interval = run.ValidationMetrics is { } metrics && run.Figure == metric.Of(metrics) ? metric.IntervalOf(metrics) : null;
        return new LeaderboardRun
        {
            Name = run.TrainerName,
            Kind = run.IsBaseline ? "rule" : "model",
            Status = char.ToLowerInvariant(status[0]) + status[1..],
            Value = run.Figure,
            Ci95 = interval is { } found ? [found.Lower, found.Upper] : null,
            Users = run.ValidationMetrics?.UserCount,
            Validation = Figures(run.ValidationMetrics),
            Test = Figures(run.TestMetrics),
            BestEpochNdcg = run.BestEpochNdcg,
            Epochs = run.Epochs.Count,
            Seconds = Math.Round(run.RuntimeInSeconds, 3),
            Error = run.Exception?.Message,
        };
    }

    private static Dictionary<string, double>? Figures(SequentialRankingMetrics? metrics)
    {
        if (metrics is null)
            return null;
        var figures = new Dictionary<string, double>();
        foreach ((string before, RankingFigures part) in new[] { (string.Empty, metrics.All), ("unseen ", metrics.Unseen) })
        {
            foreach (int k in part.K)
            {
                figures[$"{before}hr@{k}"] = part.HitRate(k);
                figures[$"{before}ndcg@{k}"] = part.Ndcg(k);
            }

            figures[$"{before}mrr"] = part.MeanReciprocalRank;
        }

        return figures;
    }
}
