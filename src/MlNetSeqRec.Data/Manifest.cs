using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Data;

/// <summary><c>manifest.json</c>: from what, how and with which result a folder was prepared.</summary>
internal static class Manifest
{
    public const string Name = "manifest.json", Interactions = "interactions.parquet", Items = "items.parquet", Rejected = "rejected.tsv";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(
        string path,
        PreparationOptions options,
        PreparationSteps steps,
        PreparationReport report,
        string fingerprint,
        string rejectedFile,
        string duckDbVersion)
    {
        object Source(ReadFile file, string role) => new { Role = role, file.Path, file.Told.Layout, file.Told.Bytes, file.Told.Sha256, file.Told.Lines };
        var manifest = new
        {
            FormatVersion = 2,
            Fingerprint = fingerprint,
            Versions = new { MlNetSeqRec = Fingerprint.SoftwareVersion, DuckDb = duckDbVersion },
            Sources = steps.ReviewFiles.Select(file => Source(file, "reviews")).Concat(steps.ItemFiles.Select(file => Source(file, "items"))),
            Settings = new
            {
                Format = options.Format.ToString(),
                options.Columns,
                options.MinUserEvents,
                options.MinItemEvents,
                options.ExcludeUsersOf,
                options.MostBrokenLines,
                options.SampleInteractions,
                options.Seed,
            },
            report.Stages,
            report.Rejected,
            report.RejectedExamples,
            report.Users,
            report.Items,
            report.Interactions,
            Files = new Dictionary<string, long>
            {
                [Interactions] = new FileInfo(steps.InteractionFile).Length,
                [Items] = new FileInfo(steps.ItemFile).Length,
                [Rejected] = new FileInfo(rejectedFile).Length,
            },
            report.Seconds,
            report.PeakMemoryBytes,
        };
        File.WriteAllText(path, JsonSerializer.Serialize(manifest, Json) + "\n");
    }

    /// <summary>The report of an earlier run, if its files lie whole in the folder and it had the same fingerprint; else null.</summary>
    public static PreparationReport? ReadIfCurrent(string folder, string fingerprint)
    {
        try
        {
            var earlier = JsonSerializer.Deserialize<Earlier>(File.ReadAllText(Path.Combine(folder, Name)), Json);
            bool current = earlier?.Fingerprint == fingerprint && earlier.Files is { Count: > 0 }
                && earlier.Files.All(file => new FileInfo(Path.Combine(folder, file.Key)) is { Exists: true } found && found.Length == file.Value);
            return !current ? null : new PreparationReport
            {
                Users = earlier!.Users,
                Items = earlier.Items,
                Interactions = earlier.Interactions,
                Rejected = new SortedDictionary<string, long>(earlier.Rejected, StringComparer.Ordinal),
                RejectedExamples = earlier.RejectedExamples,
                Stages = earlier.Stages,
                Seconds = earlier.Seconds,
                PeakMemoryBytes = earlier.PeakMemoryBytes,
                UpToDate = true,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            // No manifest, or none of ours: the folder is prepared anew.
            return null;
        }
    }

    private sealed record Earlier(
        string? Fingerprint,
        [property: JsonRequired] Dictionary<string, long> Files,
        [property: JsonRequired] Dictionary<string, long> Rejected,
        [property: JsonRequired] List<RejectedLine> RejectedExamples,
        [property: JsonRequired] List<PreparationStage> Stages,
        long Users,
        long Items,
        long Interactions,
        double Seconds,
        long PeakMemoryBytes);
}
