namespace MlNetSeqRec.Experiments.Reports;

/// <summary>All that a report shows. Only the title and the leaderboard are needed; a part that is null or empty is left out.</summary>
/// <remarks>Texts are plain: the report escapes them.</remarks>
public sealed record ReportContent
{
    /// <summary>The heading of the page.</summary>
    public required string Title { get; init; }

    /// <summary>A sentence or two below the heading.</summary>
    public string? Summary { get; init; }

    /// <summary>How the figures came about, as pairs of a name and a value: the command, the data, the split, the protocol, the seed.</summary>
    public IReadOnlyList<ReportFact> Facts { get; init; } = [];

    /// <summary>The models, in the order in which they are shown: best first.</summary>
    public required IReadOnlyList<LeaderboardRow> Leaderboard { get; init; }

    /// <summary>What the data looks like; see <see cref="DataProfile.Of"/>.</summary>
    public DataProfile? Data { get; init; }

    /// <summary>How trainings went, one curve for each network.</summary>
    public IReadOnlyList<TrainingCurve> Curves { get; init; } = [];

    /// <summary>Shoppers to look at; see <see cref="ShopperSample.Take"/>.</summary>
    public IReadOnlyList<ShopperExample> Shoppers { get; init; } = [];

    /// <summary>The name of the model that recommended to the shoppers.</summary>
    public string? ShoppersModel { get; init; }
}
