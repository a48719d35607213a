namespace MlNetSeqRec.Data;

/// <summary>
/// A folder that results are written to. Everything is made in a hidden work folder and moved out at the end, so that a killed
/// run leaves nothing that looks like a result. One run at a time: the work folder is locked. It is removed at the end, but for
/// finished stages of a run that failed, which the next run goes on from.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly FileStream _lock;
    private bool _keep = true;

    /// <param name="path">The folder.</param>
    /// <param name="workFolder">The work folder; by default <c>.prepare</c> in the folder.</param>
    /// <exception cref="IOException">The folder cannot be made or written to, or another run is writing to it.</exception>
    public OutputFolder(string path, string? workFolder = null)
    {
        FullPath = Path.GetFullPath(path);
        WorkFolder = Path.GetFullPath(workFolder ?? Path.Combine(FullPath, ".prepare"));
        try
        {
            Directory.CreateDirectory(FullPath);
            Directory.CreateDirectory(WorkFolder);
            _lock = new FileStream(Path.Combine(WorkFolder, "lock"), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            RemoveUnfinished();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The output folder {path} cannot be written to: {error.Message}", error);
        }
    }

    public string FullPath { get; }

    /// <summary>For files on their way.</summary>
    public string WorkFolder { get; }

    /// <summary>
    /// Moves finished files out, the last one last. Older ones are removed before, that one first: so it always stands for its
    /// companions, and never are there new beside old ones.
    /// </summary>
    /// <param name="files">Paths in the work folder and the names that they get.</param>
    public void Publish(params (string Path, string Name)[] files)
    {
        foreach ((_, string name) in files.Reverse())
        {
            File.Delete(Path.Combine(FullPath, name));
        }

        foreach ((string path, string name) in files)
        {
            File.Move(path, Path.Combine(FullPath, name), overwrite: true);
        }
    }

    /// <summary>The run succeeded: its work is no longer needed.</summary>
    public void DropWork() => _keep = false;

    public void Dispose()
    {
        RemoveUnfinished();
        bool keep = _keep && StageFiles.AnyIn(WorkFolder);
        _lock.Dispose();
        if (!keep)
        {
            Directory.Delete(WorkFolder, recursive: true);
        }
    }

    /// <summary>Removes all but the results of finished stages.</summary>
    private void RemoveUnfinished()
    {
        foreach (string file in Directory.GetFiles(WorkFolder))
        {
            string marker = file.EndsWith(".json", StringComparison.Ordinal) ? file : file + ".json";
            bool finished = marker.EndsWith(".parquet.json", StringComparison.Ordinal) && File.Exists(marker);
            if (!finished && Path.GetFileName(file) != "lock")
            {
                File.Delete(file);
            }
        }

        foreach (string folder in Directory.GetDirectories(WorkFolder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
