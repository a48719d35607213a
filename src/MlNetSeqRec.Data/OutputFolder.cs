namespace MlNetSeqRec.Data;

/// <summary>
/// A folder that results are written to. Everything is made in a hidden folder inside it and moved out at the end, so that a
/// killed run leaves nothing that looks like a result. One run at a time: the hidden folder is locked.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly FileStream _lock;

    /// <exception cref="IOException">The folder cannot be made or written to, or another run is writing to it.</exception>
    public OutputFolder(string path)
    {
        FullPath = Path.GetFullPath(path);
        WorkFolder = Path.Combine(FullPath, ".prepare");
        try
        {
            Directory.CreateDirectory(WorkFolder);
            _lock = new FileStream(Path.Combine(WorkFolder, "lock"), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            RemoveLeftovers();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The output folder {path} cannot be written to: {error.Message}", error);
        }
    }

    public string FullPath { get; }

    /// <summary>For files on their way.</summary>
    public string WorkFolder { get; }

    /// <summary>Moves finished files out, the last one last; it is removed first, so that it always stands for its companions.</summary>
    public void Publish(params string[] names)
    {
        File.Delete(Path.Combine(FullPath, names[^1]));
        foreach (string name in names)
        {
            File.Move(Path.Combine(WorkFolder, name), Path.Combine(FullPath, name), overwrite: true);
        }
    }

    public void Dispose()
    {
        RemoveLeftovers();
        _lock.Dispose();
        Directory.Delete(WorkFolder, recursive: true);
    }

    private void RemoveLeftovers()
    {
        foreach (string file in Directory.GetFiles(WorkFolder).Where(file => Path.GetFileName(file) != "lock"))
        {
            File.Delete(file);
        }

        foreach (string folder in Directory.GetDirectories(WorkFolder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
