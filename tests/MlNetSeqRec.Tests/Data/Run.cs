using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

/// <summary>The operations under test, stopped when the test is.</summary>
internal static class Run
{
    public static PreparationReport Prepare(PreparationOptions options, IProgress<string>? progress = null) =>
        DataPreparation.Run(options, progress, TestContext.Current.CancellationToken);

    public static AmazonLikeFiles Generate(string folder, AmazonLikeOptions? options = null) =>
        AmazonLikeGenerator.Write(folder, options, TestContext.Current.CancellationToken);
}
