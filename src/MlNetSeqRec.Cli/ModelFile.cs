using Microsoft.ML;

namespace MlNetSeqRec.Cli;

/// <summary>A model.zip: ML.NET's own, written under another name and renamed when it is whole.</summary>
internal static class ModelFile
{
    /// <summary>Makes the folder and checks that it can be written to, before hours of training.</summary>
    public static void CheckWritable(string path, string example = "model.zip")
    {
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder; --out must be a file, {example} for example");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be written: {e.Message}", e);
        }
    }

    public static void Save(MLContext ml, ITransformer model, DataViewSchema schema, string path)
    {
        string temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            ml.Model.Save(model, schema, temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public static (ITransformer Chain, SequentialRecommendationTransformer Model) Load(MLContext ml, string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model {path}");
        try
        {
            ITransformer chain = ml.Model.Load(path, out _);
            return (chain, SequentialRecommendationCatalog.FindModel(chain));
        }
        catch (Exception e) when (e is not DllNotFoundException)
        {
            Exception cause = e;
            while (cause is System.Reflection.TargetInvocationException or InvalidOperationException && cause.InnerException is { } inner)
                cause = inner;
            if (cause is DllNotFoundException or InvalidOperationException) // no libtorch, no such device
                throw cause;
            throw new InvalidDataException($"{path} is not a model that can be read: {cause.Message}", e);
        }
    }
}
