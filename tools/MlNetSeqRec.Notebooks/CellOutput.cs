using System.Text.Json.Nodes;

namespace MlNetSeqRec.Notebooks;

/// <summary>What running a cell gave, one piece of it.</summary>
public abstract record CellOutput
{
    /// <summary>What was written to the console.</summary>
    public sealed record Written(string Text) : CellOutput;

    /// <summary>A table or a picture, with what stands for it as plain text.</summary>
    public sealed record Shown(string Text, string MimeType, string Data) : CellOutput;

    internal JsonObject ToJson() => this switch
    {
        Written written => new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Lines(written.Text) },
        Shown shown => new JsonObject
        {
            ["data"] = new JsonObject
            {
                [shown.MimeType] = shown.MimeType.StartsWith("image/png", StringComparison.Ordinal) ? shown.Data : Lines(shown.Data),
                ["text/plain"] = Lines(shown.Text),
            },
            ["metadata"] = new JsonObject(),
            ["output_type"] = "display_data",
        },
        _ => throw new InvalidOperationException($"There is no form of {GetType().Name} in a notebook"),
    };

    internal static JsonArray Lines(string text)
    {
        string[] lines = text.Split('\n');
        return [.. lines.Select((line, i) => (JsonNode)(i < lines.Length - 1 ? line + "\n" : line)).Where(line => line.GetValue<string>().Length > 0)];
    }
}
