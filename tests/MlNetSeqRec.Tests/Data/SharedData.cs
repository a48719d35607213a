namespace MlNetSeqRec.Tests.Data;

/// <summary>Real data that is not part of the repository: <c>../shared/data</c> beside it, or where SEQREC_SHARED_DATA points.</summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder; skips the test where there is none.</summary>
    public static string Path(params string[] parts)
    {
        string? root = Environment.GetEnvironmentVariable("SEQREC_SHARED_DATA") ?? BesideRepository();
        string path = System.IO.Path.Combine([root ?? "", .. parts]);
        Assert.SkipUnless(root is not null && System.IO.Path.Exists(path), $"no shared data: {string.Join('/', parts)}");
        return path;
    }

    private static string? BesideRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder.GetFiles("MlNetSeqRec.sln").Length > 0)
            {
                return System.IO.Path.Combine(folder.FullName, "..", "shared", "data");
            }
        }

        return null;
    }
}
