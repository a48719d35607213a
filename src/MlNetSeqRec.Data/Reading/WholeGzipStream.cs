using System.IO.Compression;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// Decompresses gzip and fails where the file was cut. <see cref="GZipStream"/> and DuckDB both take a cut for the end. A
/// small known member is therefore read after the file: it comes out whole only if the file ended where a member ends.
/// </summary>
internal sealed class WholeGzipStream : ForwardStream
{
    private static readonly byte[] Mark = "\n<the file ended here>\n"u8.ToArray();
    private static readonly byte[] MarkMember = Compress(Mark);

    private readonly GZipStream _gzip;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _count;

    public WholeGzipStream(Stream compressed) => _gzip = new GZipStream(new Followed(compressed, MarkMember), CompressionMode.Decompress);

    /// <summary>Gives all but the last bytes seen so far, which may be the mark.</summary>
    public override int Read(Span<byte> buffer)
    {
        while (_count <= Mark.Length)
        {
            int read = _gzip.Read(_buffer, _count, _buffer.Length - _count);
            _count += read;
            if (read == 0)
            {
                return _buffer.AsSpan(0, _count).SequenceEqual(Mark) ? 0 : throw new InvalidDataException("The gzip data ends too early.");
            }
        }

        int given = Math.Min(buffer.Length, _count - Mark.Length);
        _buffer.AsSpan(0, given).CopyTo(buffer);
        _buffer.AsSpan(given, _count - given).CopyTo(_buffer);
        _count -= given;
        return given;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    private static byte[] Compress(byte[] text)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(text);
        }

        return compressed.ToArray();
    }

    /// <summary>A stream, then some more bytes.</summary>
    private sealed class Followed(Stream first, byte[] then) : ForwardStream
    {
        private int _given;

        public override int Read(Span<byte> buffer)
        {
            int read = first.Read(buffer);
            if (read > 0)
            {
                return read;
            }

            read = Math.Min(buffer.Length, then.Length - _given);
            then.AsSpan(_given, read).CopyTo(buffer);
            _given += read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                first.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
