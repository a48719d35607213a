using System.Buffers;
using System.Text.Unicode;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// A checked input file. DuckDB stops silently at a cut gzip, and gives up a whole file for one byte that is not UTF-8; so
/// each file is swept once before: for its SHA-256, whether it is whole, and whether DuckDB can take its lines as they are.
/// </summary>
/// <param name="Path">The file as the user named it.</param>
/// <param name="ReadPath">What DuckDB reads: the file itself, or a mended copy with the same line numbers.</param>
/// <param name="IsGzip">Whether <paramref name="ReadPath"/> is compressed.</param>
/// <param name="Bytes">The size on disk.</param>
/// <param name="Sha256">Of the bytes on disk, in lower-case hexadecimal.</param>
internal sealed record SourceFile(string Path, string ReadPath, bool IsGzip, long Bytes, string Sha256)
{
    /// <summary>The longest line that is read, in bytes; a longer one is rejected.</summary>
    public const int LineLimit = 2_000_000;

    /// <summary>Stands before the reason in a line that the mended copy has in place of an unreadable one.</summary>
    public const char RejectMark = '\u0001';

    private static readonly SearchValues<byte> Troublesome = SearchValues.Create([0, (byte)RejectMark, (byte)'\r']);

    /// <summary>Checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="workFolder">Takes the mended copy, where one is needed.</param>
    /// <param name="cancellation">Stops the sweep.</param>
    /// <exception cref="InvalidDataException">The file is empty, or its gzip data is broken.</exception>
    public static SourceFile Check(string path, string workFolder, CancellationToken cancellation)
    {
        var file = new SourceFile(path, path, IsGzipFile(path), new FileInfo(path).Length, "");
        try
        {
            Text text = file.Sweep(out string sha256, cancellation);
            file = file with { Sha256 = sha256 };
            if (text != Text.Empty)
            {
                return text == Text.Clean ? file : file.Mend(System.IO.Path.Combine(workFolder, $"mended-{Guid.NewGuid():N}.txt"), cancellation);
            }
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path} is not a whole gzip file (cut short or damaged): {error.Message}", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"{path} cannot be read: {error.Message}", error);
        }

        throw new InvalidDataException($"{path} is empty.");
    }

    /// <summary>Opens the text for reading, decompressed.</summary>
    public static Stream OpenText(string path) =>
        IsGzipFile(path) ? new WholeGzipStream(File.OpenRead(path)) : File.OpenRead(path);

    /// <summary>The table expression that gives the lines of the file, in order, as column <c>line</c>; null for an empty line.</summary>
    /// <param name="skip">Lines left out at the start (a header).</param>
    public string LinesSql(int skip) =>
        $"read_csv([{Sql.Literal(ReadPath)}], skip={skip}, compression='{(IsGzip ? "gzip" : "none")}', columns={{'line': 'VARCHAR'}}, "
        + $"auto_detect=false, header=false, delim='', quote='', escape='', max_line_size={LineLimit + 2})";

    private static bool IsGzipFile(string path)
    {
        using var stream = File.OpenRead(path);
        return stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
    }

    /// <summary>Reads all of the file.</summary>
    private Text Sweep(out string sha256, CancellationToken cancellation)
    {
        using var hashed = new HashedStream(new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20));
        using Stream text = IsGzip ? new WholeGzipStream(hashed) : hashed;
        var blocks = new LineBlocks(text);
        bool clean = true, empty = true;
        for (var block = blocks.Next(LineLimit); block.Length > 0; block = blocks.Next(LineLimit))
        {
            cancellation.ThrowIfCancellationRequested();
            clean = clean && !(empty && HasByteOrderMark(block)) && IsClean(block);
            empty = false;
        }

        sha256 = hashed.Sha256();
        return empty ? Text.Empty : clean ? Text.Clean : Text.ToMend;
    }

    private static bool HasByteOrderMark(ReadOnlySpan<byte> start) => start.StartsWith("\uFEFF"u8);

    private static bool IsClean(ReadOnlySpan<byte> block) =>
        !block.ContainsAny(Troublesome) && Utf8.IsValid(block) && (block.Length < LineLimit || LongestLine(block) < LineLimit);

    private static int LongestLine(ReadOnlySpan<byte> block)
    {
        int longest = 0;
        foreach (Range line in block.Split((byte)'\n'))
        {
            longest = Math.Max(longest, block[line].Length);
        }

        return longest;
    }

    /// <summary>Copies the text line for line, without carriage returns, with a marked reason in place of each unreadable line.</summary>
    private SourceFile Mend(string copy, CancellationToken cancellation)
    {
        using Stream text = OpenText(Path);
        using var output = new FileStream(copy, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        var blocks = new LineBlocks(text);
        bool first = true, inLongLine = false;
        for (var block = blocks.Next(LineLimit); block.Length > 0; block = blocks.Next(LineLimit))
        {
            cancellation.ThrowIfCancellationRequested();
            if (first && HasByteOrderMark(block))
            {
                block = block[3..];
            }

            first = false;
            while (block.Length > 0)
            {
                int end = block.IndexOf((byte)'\n');
                var line = end < 0 ? block : block[..end];
                block = end < 0 ? default : block[(end + 1)..];
                // A piece without an end is the start of a line that is too long, or the last line of the file.
                bool tooLong = inLongLine || line.Length >= LineLimit;
                inLongLine = tooLong && end < 0;
                if (!inLongLine)
                {
                    WriteLine(output, line, tooLong);
                }
            }
        }

        if (inLongLine)
        {
            WriteLine(output, default, tooLong: true);
        }

        return this with { ReadPath = copy, IsGzip = false };
    }

    private static void WriteLine(Stream output, ReadOnlySpan<byte> line, bool tooLong)
    {
        if (line.EndsWith("\r"u8))
        {
            line = line[..^1];
        }

        ReadOnlySpan<byte> problem = tooLong ? "\u0001line too long"u8
            : !Utf8.IsValid(line) ? "\u0001not UTF-8"u8
            : line.ContainsAny(Troublesome) ? "\u0001control character"u8
            : default;
        output.Write(problem.Length > 0 ? problem : line);
        output.WriteByte((byte)'\n');
    }

    private enum Text
    {
        Empty,
        Clean,
        ToMend,
    }
}
