using Microsoft.ML;
using Microsoft.ML.Runtime;
using MlNetSeqRec;

[assembly: LoadableClass(typeof(BuildSequencesTransformer), typeof(BuildSequencesLoader), null, typeof(SignatureLoadModel), "Build sequences", BuildSequencesLoader.Signature)]
[assembly: LoadableClass(typeof(SequentialRecommendationTransformer), typeof(RecommendationLoader), null, typeof(SignatureLoadModel), "Sequential recommendation", RecommendationLoader.Signature)]
[assembly: LoadableClass(typeof(RerankingTransformer), typeof(RerankingLoader), null, typeof(SignatureLoadModel), "Re-ranking", RerankingLoader.Signature)]
[assembly: LoadableClass(typeof(UserVectorTransformer), typeof(UserVectorLoader), null, typeof(SignatureLoadModel), "User vectors", UserVectorLoader.Signature)]

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

    /// <summary>A header; the format is named in 8 letters, and its first version is 0x00010001. Only the same version is read.</summary>
    public static VersionInfo Version(string format, string loader, uint version = 0x00010001) => new(
        modelSignature: format,
        verWrittenCur: version,
        verReadableCur: version,
        verWeCanReadBack: version,
        loaderAssemblyName: typeof(NativeModel).Assembly.FullName!,
        loaderSignature: loader);
}

/// <summary>Saves and loads <see cref="BuildSequencesTransformer"/>.</summary>
internal static class BuildSequencesLoader
{
    public const string Signature = "SeqRecBuildSequences";

    private static readonly VersionInfo _version = NativeModel.Version("SEQRECBS", Signature);

    public static void Save(ModelSaveContext context, BuildSequencesTransformer transformer) => NativeModel.Save(context, _version, transformer.Write);

    internal static BuildSequencesTransformer Create(IHostEnvironment env, ModelLoadContext ctx) => NativeModel.Load(ctx, _version, BuildSequencesTransformer.Read);
}

/// <summary>Saves and loads <see cref="SequentialRecommendationTransformer"/>.</summary>
internal static class RecommendationLoader
{
    public const string Signature = "SeqRecTransformer";

    private static readonly VersionInfo _version = NativeModel.Version("SEQRECTF", Signature, 0x00010003);

    public static void Save(ModelSaveContext context, SequentialRecommendationTransformer transformer) => NativeModel.Save(context, _version, transformer.Write);

    internal static SequentialRecommendationTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        NativeLibraries.Load();
        return NativeModel.Load(ctx, _version, reader => SequentialRecommendationTransformer.Read(reader, Devices.Choose("auto", env)));
    }
}

/// <summary>Saves and loads <see cref="RerankingTransformer"/>.</summary>
internal static class RerankingLoader
{
    public const string Signature = "SeqRecReranker";

    private static readonly VersionInfo _version = NativeModel.Version("SEQRECRR", Signature);

    public static void Save(ModelSaveContext context, RerankingTransformer transformer) => NativeModel.Save(context, _version, transformer.Write);

    internal static RerankingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) => NativeModel.Load(ctx, _version, RerankingTransformer.Read);
}

/// <summary>Saves and loads <see cref="UserVectorTransformer"/>.</summary>
internal static class UserVectorLoader
{
    public const string Signature = "SeqRecUserVector";

    private static readonly VersionInfo _version = NativeModel.Version("SEQRECUV", Signature);

    public static void Save(ModelSaveContext context, UserVectorTransformer transformer) => NativeModel.Save(context, _version, transformer.Write);

    internal static UserVectorTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        NativeModel.Load(ctx, _version, reader => UserVectorTransformer.Read(reader, env));
}
