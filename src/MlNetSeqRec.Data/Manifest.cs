using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Data;

/// <summary>Writes <c>manifest.json</c>: from what, how and with which result a folder was prepared.</summary>
internal static class Manifest
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(
        string path,
        PreparationOptions options,
        IReadOnlyList<ReadFile> reviews,
        IReadOnlyList<ReadFile> items,
        PreparationReport report,
        string duckDbVersion)
    {
        object Source(ReadFile file, string role) => new
        {
            Role = role,
            file.Source.Path,
            file.Layout,
            file.Source.Bytes,
            file.Source.Sha256,
            file.Lines,
        };
        var manifest = new
        {
            FormatVersion = 1,
            Versions = new
            {
                MlNetSeqRec = typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
                DuckDb = duckDbVersion,
            },
            Sources = reviews.Select(file => Source(file, "reviews")).Concat(items.Select(file => Source(file, "items"))),
            Settings = new
            {
                Format = options.Format.ToString(),
                options.MinUserEvents,
                options.MinItemEvents,
                options.SampleInteractions,
                options.Seed,
            },
            report.Stages,
            report.Rejected,
            report.RejectedExamples,
            report.Users,
            report.Items,
            report.Interactions,
            report.Seconds,
        };
        File.WriteAllText(path, JsonSerializer.Serialize(manifest, Json) + "\n");
    }
}
