namespace MlNetSeqRec.Tests.Data;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.GetFiles("MlNetSeqRec.sln").Length == 0)
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No MlNetSeqRec.sln above the tests.");
        }

        return folder.FullName;
    }
}
