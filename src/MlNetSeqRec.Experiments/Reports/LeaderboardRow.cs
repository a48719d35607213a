namespace MlNetSeqRec.Experiments.Reports;

/// <summary>One model of a leaderboard: how well it ranks, and what it cost.</summary>
public sealed record LeaderboardRow
{
    /// <summary>Its name, by which its curve is found too.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in words: its settings, for example.</summary>
    public string? Details { get; init; }

    /// <summary>Whether it is a rule that needs no training, shown beside the others to be beaten.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>Whether it is the one that was chosen.</summary>
    public bool IsBest { get; init; }

    /// <summary>How it ended, such as "finished", "stopped early", "failed: …"; null where there is nothing to say.</summary>
    public string? Status { get; init; }

    /// <summary>Figures on the validation data among the items that a user has not had, by which models are chosen; null where not measured.</summary>
    public ReportFigures? Validation { get; init; }

    /// <summary>Figures on the test data among the items that a user has not had; null where not measured.</summary>
    public ReportFigures? Test { get; init; }

    /// <summary>Figures on the test data among all items; null where not measured.</summary>
    public ReportFigures? TestAll { get; init; }

    /// <summary>Figures on the test data by slice; empty where not measured.</summary>
    public IReadOnlyList<ReportSlice> Slices { get; init; } = [];

    /// <summary>Seconds that it took to train, validation included; null where it was not trained.</summary>
    public double? Seconds { get; init; }

    /// <summary>Trained parameters; null for a rule.</summary>
    public long? Parameters { get; init; }

    /// <summary>A row with the test figures, and those by slice, of an evaluation.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="test">What evaluating it on the test data gave.</param>
    /// <param name="k">The cut-off; null for 10, or the first where 10 was not evaluated.</param>
    public static LeaderboardRow Of(string name, SequentialRankingMetrics test, int? k = null)
    {
        ArgumentNullException.ThrowIfNull(test);
        return new LeaderboardRow
        {
            Name = name,
            Test = ReportFigures.Of(test.Unseen, k),
            TestAll = ReportFigures.Of(test.All, k),
            Slices = [.. test.Slices.Select(slice => new ReportSlice(slice.Name, slice.Users, ReportFigures.Of(slice.Unseen, k)))],
        };
    }
}
