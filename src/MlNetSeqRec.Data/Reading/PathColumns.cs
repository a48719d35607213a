namespace MlNetSeqRec.Data.Reading;

/// <summary>Columns that are part of a file's path, as <c>column=value</c>.</summary>
internal static class PathColumns
{
    /// <summary>What stands for a missing value.</summary>
    public const string NoValue = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>The value of a column, without the escapes of paths; null where no folder of the path is called so.</summary>
    public static string? ValueOf(string path, string column) => path.Split('/', '\\').SkipLast(1)
        .LastOrDefault(part => part.StartsWith(column + "=", StringComparison.Ordinal)) is { } found
            ? Uri.UnescapeDataString(found[(column.Length + 1)..]).Replace("\0", "", StringComparison.Ordinal)
            : null;
}
