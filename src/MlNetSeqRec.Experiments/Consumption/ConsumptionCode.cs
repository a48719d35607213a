namespace MlNetSeqRec.Experiments;

/// <summary>A small program, with its project, that loads a model.zip beside it and recommends: where to start from in a program of one's own.</summary>
public static class ConsumptionCode
{
    /// <summary>Writes Consumption.cs and Consumption.csproj into the folder of a model.zip.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        foreach (string name in new[] { "Consumption.cs", "Consumption.csproj" })
        {
            using Stream template = typeof(ConsumptionCode).Assembly.GetManifestResourceStream(name + ".txt")!;
            AtomicFile.Write(Path.Combine(folder, name), template.CopyTo);
        }
    }
}
