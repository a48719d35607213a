namespace MlNetSeqRec.Notebooks;

/// <summary>
/// The current folder for a notebook that is run here: an empty one, beside which the packages seem to be, for which the
/// assemblies that this program was built with stand. Disposing goes back and removes it.
/// </summary>
public sealed class Workplace : IDisposable
{
    private readonly string _before = Directory.GetCurrentDirectory();
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("seqrec-notebook-");

    /// <summary>Goes there.</summary>
    /// <param name="hasPackages">Whether the packages seem to be there.</param>
    public Workplace(bool hasPackages = true)
    {
        string folder = _root.CreateSubdirectory("notebooks").FullName;
        Directory.SetCurrentDirectory(folder);
        if (!hasPackages)
            return;
        Directory.CreateDirectory(NotebookFolder.Packages);
        File.WriteAllBytes(Path.Combine(NotebookFolder.Packages, $"MlNetSeqRec.{NotebookFolder.Version}.nupkg"), []);
    }

    /// <summary>Goes back.</summary>
    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _root.Delete(recursive: true);
    }
}
