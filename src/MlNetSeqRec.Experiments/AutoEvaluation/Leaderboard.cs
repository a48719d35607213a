using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetSeqRec.Experiments;

/// <summary>The runs of an experiment as a file, leaderboard.json; data-schemas/leaderboard.schema.json describes it.</summary>
public sealed record Leaderboard
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <summary>Layout of the file.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>What decided: "unseen NDCG@10" for example, on the validation data.</summary>
    public required string Metric { get; init; }

    /// <summary>The best run.</summary>
    public required string Best { get; init; }

    /// <summary>The best run that is a model; null where none was trained.</summary>
    public required string? BestModel { get; init; }

    /// <summary>Seconds that were allowed.</summary>
    public required double LimitSeconds { get; init; }

    /// <summary>Seconds that were used.</summary>
    public required double Seconds { get; init; }

    /// <summary>What is worth knowing, one line each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The runs, the best first.</summary>
    public required IReadOnlyList<LeaderboardRun> Runs { get; init; }

    /// <summary>The leaderboard of an experiment.</summary>
    /// <param name="result">What it found.</param>
    /// <param name="limitSeconds">Seconds that were allowed.</param>
    public static Leaderboard Of(SequentialExperimentResult result, double limitSeconds)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new Leaderboard
        {
            Metric = result.OptimizingMetric.Name(),
            Best = result.BestRun.TrainerName,
            BestModel = result.BestModelRun?.TrainerName,
            LimitSeconds = limitSeconds,
            Seconds = Math.Round(result.Seconds, 3),
            Notes = result.Notes,
            Runs = [.. result.RunDetails.Select(run => LeaderboardRun.Of(run, result.OptimizingMetric))],
        };
    }

    /// <summary>Writes the file, which is either whole or not there.</summary>
    /// <param name="path">The file, leaderboard.json for example.</param>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, _json));
    }
}
