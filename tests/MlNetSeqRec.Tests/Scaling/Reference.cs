using System.Text.Json;
using MlNetSeqRec.Tests.Data;

namespace MlNetSeqRec.Tests.Scaling;

/// <summary>The published runs of SRT's authors and what was computed from them: ../shared/reference; tests without it are skipped.</summary>
internal static class Reference
{
    public static string File(string name)
    {
        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository.Root, "..", "shared", "reference", name));
        Assert.SkipUnless(System.IO.File.Exists(path), $"no shared reference: {name}");
        return path;
    }

    /// <summary>The rows of a CSV file without quoting.</summary>
    public static List<Dictionary<string, string>> Table(string name)
    {
        string[] lines = System.IO.File.ReadAllLines(File(name));
        string[] header = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => header.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    public static JsonElement Json(string name) => JsonDocument.Parse(System.IO.File.ReadAllText(File(name))).RootElement;
}
