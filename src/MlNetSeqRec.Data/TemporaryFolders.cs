using System.Collections.Concurrent;

namespace MlNetSeqRec.Data;

/// <summary>Folders for files that data views read again and again; they are removed when the process ends.</summary>
internal static class TemporaryFolders
{
    private static readonly ConcurrentBag<string> Made = [];

    static TemporaryFolders() => AppDomain.CurrentDomain.ProcessExit += (_, _) => RemoveAll();

    public static string Make()
    {
        string folder = Directory.CreateTempSubdirectory("mlnetseqrec-").FullName;
        Made.Add(folder);
        return folder;
    }

    private static void RemoveAll()
    {
        while (Made.TryTake(out string? folder))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Nothing to be done at the end of a process; the system's temporary folder is cleared by the system.
            }
        }
    }
}
