using System.Globalization;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace MlNetSeqRec.Data;

/// <summary>Turns what DuckDB and the system say about a lack of disk or memory into what a user can do about it.</summary>
internal static class Resources
{
    private const int NoSpaceLeft = 28, FileTooLarge = 27, QuotaExceeded = 122, WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whether an error says that the disk is full.</summary>
    public static bool IsDiskFull(Exception error) => error switch
    {
        DuckDBException => Says(error, "No space left") || Says(error, "File too large") || Says(error, "quota exceeded")
            || Says(error, "max_temp_directory_size") || Says(error, "Could not write all bytes"),
        IOException => error.HResult is NoSpaceLeft or FileTooLarge or QuotaExceeded or WindowsDiskFull
            || (error.InnerException is { } inner && IsDiskFull(inner)),
        _ => false,
    };

    /// <summary>The error to show in place of one of DuckDB's own.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="workFolder">Where the work files lie.</param>
    /// <param name="inputs">The files that are read.</param>
    /// <param name="memory">The memory that was allowed; null where the user did not say.</param>
    public static Exception Explain(Exception error, string workFolder, IEnumerable<string> inputs, string? memory)
    {
        if (IsDiskFull(error))
        {
            return new IOException(
                $"The disk is full: preparing these files takes about {Gigabytes(Needed(inputs))} GB in {workFolder}, and {Gigabytes(Free(workFolder))} GB are "
                + "free now. Finished stages are kept; make room and run it again, or write to another disk.",
                error);
        }

        string first = OneLine.Of(error);
        return error is DuckDBException { ErrorType: DuckDBErrorType.OutOfMemory }
            ? new InvalidOperationException($"{memory ?? "The memory"} is not enough to prepare these files: allow more, or use fewer threads ({first})", error)
            : new InvalidOperationException($"DuckDB could not prepare the data: {first}", error);
    }

    /// <summary>
    /// About how much disk a run takes at its peak: the reviews as Parquet, what sorting spills, and the result, together about
    /// twice the text, of which gzip makes a fifth.
    /// </summary>
    private static long Needed(IEnumerable<string> inputs) => inputs.Where(File.Exists).Sum(
        path => new FileInfo(path).Length * (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? 10 : 2));

    private static long Free(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    private static string Gigabytes(long bytes) => (bytes / 1e9).ToString("0.###", CultureInfo.InvariantCulture);

    private static bool Says(Exception error, string text) => error.Message.Contains(text, StringComparison.OrdinalIgnoreCase);
}
