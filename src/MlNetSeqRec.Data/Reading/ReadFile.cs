namespace MlNetSeqRec.Data.Reading;

/// <summary>A file whose lines are rows of a view.</summary>
/// <param name="Path">The file, as it was named.</param>
/// <param name="FirstRow">The <c>rowid</c> of its first line of data.</param>
/// <param name="Told">What was found when it was read.</param>
internal sealed record ReadFile(string Path, long FirstRow, FileFacts Told)
{
    /// <summary>The number of a row's line in this file, from 1.</summary>
    public long LineOf(long row) => row - FirstRow + Told.HeaderLines + 1;
}

/// <summary>What is known of a file once it was read.</summary>
/// <param name="Layout">Name of its layout.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="Sha256">Of the bytes on disk.</param>
/// <param name="HeaderLines">Lines before the first line of data.</param>
/// <param name="Lines">Lines of data, blank ones among them.</param>
/// <param name="Usable">Lines that are what they should be.</param>
/// <param name="Broken">Lines that are not, blank ones left aside.</param>
internal sealed record FileFacts(string Layout, long Bytes, string Sha256, int HeaderLines, long Lines, long Usable, long Broken);
