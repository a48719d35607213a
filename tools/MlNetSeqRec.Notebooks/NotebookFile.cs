using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlNetSeqRec.Notebooks;

/// <summary>A notebook's file: nbformat 4.5, for the C# kernel of .NET Interactive.</summary>
public static class NotebookFile
{
    private static readonly JsonSerializerOptions _format = new() { WriteIndented = true, IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's text.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="outputs">What each cell gave; empty for none.</param>
    public static string Write(IReadOnlyList<Cell> cells, IReadOnlyList<IReadOnlyList<CellOutput>> outputs)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(outputs);
        int executed = 0;
        var file = new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select((cell, i) => cell.IsCode
                ? new JsonObject
                {
                    ["cell_type"] = "code",
                    ["execution_count"] = outputs.Count > 0 ? ++executed : null,
                    ["id"] = $"cell-{i + 1:00}",
                    ["metadata"] = new JsonObject { ["polyglot_notebook"] = new JsonObject { ["kernelName"] = "csharp" } },
                    ["outputs"] = new JsonArray([.. (outputs.Count > 0 ? outputs[i] : []).Select(output => output.ToJson())]),
                    ["source"] = CellOutput.Lines(cell.Text),
                }
                : new JsonObject
                {
                    ["cell_type"] = "markdown",
                    ["id"] = $"cell-{i + 1:00}",
                    ["metadata"] = new JsonObject(),
                    ["source"] = CellOutput.Lines(cell.Text),
                })]),
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
                ["language_info"] = new JsonObject { ["name"] = "polyglot-notebook", ["file_extension"] = ".cs", ["mimetype"] = "text/x-csharp" },
                ["polyglot_notebook"] = new JsonObject
                {
                    ["kernelInfo"] = new JsonObject
                    {
                        ["defaultKernelName"] = "csharp",
                        ["items"] = new JsonArray(new JsonObject { ["aliases"] = new JsonArray(), ["languageName"] = "csharp", ["name"] = "csharp" }),
                    },
                },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        return file.ToJsonString(_format) + "\n";
    }

    /// <summary>The cells of a file.</summary>
    /// <exception cref="InvalidDataException">It is not such a notebook.</exception>
    public static IReadOnlyList<Cell> Read(string path)
    {
        try
        {
            using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. file.RootElement.GetProperty("cells").EnumerateArray().Select(cell => new Cell(
                cell.GetProperty("cell_type").GetString() == "code",
                string.Concat(cell.GetProperty("source").EnumerateArray().Select(line => line.GetString()))))];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is not a notebook (nbformat 4): {e.Message}", e);
        }
    }

    /// <summary>The same text without what running gave, to compare a notebook with its source.</summary>
    public static string WithoutOutputs(string text)
    {
        JsonNode file = JsonNode.Parse(text)!;
        foreach (JsonObject cell in file["cells"]!.AsArray().OfType<JsonObject>().Where(cell => cell.ContainsKey("outputs")))
        {
            cell["outputs"] = new JsonArray();
            cell["execution_count"] = null;
        }

        return file.ToJsonString(_format) + "\n";
    }
}
