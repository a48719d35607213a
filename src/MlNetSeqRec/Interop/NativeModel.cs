using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>
/// What ML.NET's own Model.Save and Model.Load need of a component. Each of ours keeps its whole state in one stream
/// inside the model's zip. Microsoft.ML finds the loader by the assembly and the signature in the header, so that a
/// program that loads a model has nothing to register.
/// </summary>
internal static class NativeModel
{
    private const string StreamName = "Model.bin";

    public static void Save(ModelSaveContext context, VersionInfo version, Action<BinaryWriter> write)
    {
        context.CheckAtModel();
        context.SetVersionInfo(version);
        context.SaveBinaryStream(StreamName, write);
    }

    public static T Load<T>(ModelLoadContext context, VersionInfo version, Func<BinaryReader, T> read)
        where T : class
    {
        context.CheckAtModel(version);
        T? model = null;
        if (!context.TryLoadBinaryStream(StreamName, reader => model = read(reader)))
            throw new InvalidDataException($"The model file has no '{StreamName}' for {version.LoaderSignature}: it is damaged or incomplete");
        return model!;
    }

    /// <summary>A header; the signature (8 letters) names the format, and versions are written 0xMMMMmmmm.</summary>
    public static VersionInfo Version(string format, uint written, uint readable, string loader) => new(
        modelSignature: format,
        verWrittenCur: written,
        verReadableCur: written,
        verWeCanReadBack: readable,
        loaderAssemblyName: typeof(NativeModel).Assembly.FullName!,
        loaderSignature: loader);
}
