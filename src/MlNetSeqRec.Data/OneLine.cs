namespace MlNetSeqRec.Data;

/// <summary>Text for a message: what a file holds, or what DuckDB says about it, may have line breaks and control characters.</summary>
internal static class OneLine
{
    /// <summary>The first line of an error.</summary>
    public static string Of(Exception error) => Of(error.Message.Split('\n')[0]);

    /// <summary>The text with a question mark in place of each control character.</summary>
    public static string Of(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}
