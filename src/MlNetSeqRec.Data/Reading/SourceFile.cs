using System.Buffers;
using System.Text.Unicode;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// An input file. DuckDB stops silently at a cut gzip, and gives up a whole file for one byte that is not UTF-8; so each file is
/// swept once: for its SHA-256, whether it is whole, and whether DuckDB can take its lines as they are.
/// </summary>
/// <param name="Path">The file as the user named it.</param>
/// <param name="ReadPath">What DuckDB reads: the file itself, or a mended copy with the same line numbers.</param>
/// <param name="IsGzip">Whether <paramref name="ReadPath"/> is compressed.</param>
internal sealed record SourceFile(string Path, string ReadPath, bool IsGzip)
{
    /// <summary>The longest line that is read, in bytes; a longer one is rejected.</summary>
    public const int LineLimit = 2_000_000;

    /// <summary>Stands before the reason in a line that the mended copy has in place of an unreadable one.</summary>
    public const char RejectMark = '\u0001';

    private static readonly SearchValues<byte> Troublesome = SearchValues.Create([0, (byte)RejectMark, (byte)'\r']);

    /// <summary>Looks at the start of a file.</summary>
    /// <exception cref="InvalidDataException">The file is empty, or its gzip data is broken at the start.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SourceFile Open(string path) => Named(path, () =>
    {
        using Stream text = OpenText(path);
        return text.ReadByte() < 0 ? throw new EndOfStreamException() : new SourceFile(path, path, IsGzipFile(path));
    });

    /// <summary>The first lines that are not blank.</summary>
    public static IEnumerable<string> FirstLines(string path, int count)
    {
        using var reader = new StreamReader(OpenText(path), System.Text.Encoding.UTF8);
        for (int tried = 0; tried < count && Named(path, reader.ReadLine) is { } line;)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                tried++;
                yield return line;
            }
        }
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

    /// <summary>Reads all of the file; gives its SHA-256, in lower-case hexadecimal, and whether DuckDB can take its text.</summary>
    /// <param name="onFault">Called as soon as the answer is no, and before an exception.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidDataException">The gzip data is broken.</exception>
    public (string Sha256, bool Clean) Sweep(Action onFault, CancellationToken cancellation) => Named(Path, () =>
    {
        bool clean = true, first = true;
        try
        {
            using var hashed = new HashedStream(new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20));
            using Stream text = IsGzip ? new WholeGzipStream(hashed) : hashed;
            var blocks = new LineBlocks(text);
            for (var block = blocks.Next(LineLimit); block.Length > 0; block = blocks.Next(LineLimit))
            {
                cancellation.ThrowIfCancellationRequested();
                if (clean && ((first && HasByteOrderMark(block)) || !IsClean(block)))
                {
                    clean = false;
                    onFault();
                }

                first = false;
            }

            return (hashed.Sha256(), clean);
        }
        catch
        {
            onFault();
            throw;
        }
    });

    /// <summary>Does something with the file, and names the file in what goes wrong.</summary>
    private static T Named<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException($"{path} is empty.");
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path} is not a whole gzip file (cut short or damaged): {error.Message}", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"{path} cannot be read: {error.Message}", error);
        }
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
    public SourceFile Mend(string copy, CancellationToken cancellation)
    {
        using Stream text = OpenText(Path);
        using var output = new FileStream(copy, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
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
}
