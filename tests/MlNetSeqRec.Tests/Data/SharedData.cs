namespace MlNetSeqRec.Tests.Data;

/// <summary>Real data that is not part of the repository: <c>../shared/data</c> beside it, or where SEQREC_SHARED_DATA points.</summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder; skips the test where there is none.</summary>
    public static string Path(params string[] parts)
    {
        string root = Environment.GetEnvironmentVariable("SEQREC_SHARED_DATA")
            ?? System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository.Root, "..", "shared", "data"));
        string path = System.IO.Path.Combine([root, .. parts]);
        Assert.SkipUnless(System.IO.Path.Exists(path), $"no shared data: {string.Join('/', parts)}");
        return path;
    }
}
