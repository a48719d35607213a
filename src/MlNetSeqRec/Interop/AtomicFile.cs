namespace MlNetSeqRec;

/// <summary>Files that are either whole or not there: written under another name, then renamed.</summary>
internal static class AtomicFile
{
    /// <exception cref="IOException">It cannot be written, or is there and is not to be replaced.</exception>
    public static void Write(string path, Action<Stream> write, bool overwrite = true)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream stream = File.Create(temporary))
                write(stream);
            File.Move(temporary, path, overwrite);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
