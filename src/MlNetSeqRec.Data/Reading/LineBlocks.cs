namespace MlNetSeqRec.Data.Reading;

/// <summary>Reads a stream in blocks of whole lines, so that a block can be looked at in one sweep.</summary>
internal sealed class LineBlocks(Stream stream)
{
    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _count;
    private bool _ended;

    /// <summary>
    /// The next block: whole lines with their ends, or the last line without one; empty at the end of the stream. A line
    /// that fills <paramref name="limit"/> bytes comes in pieces, all but the last of them without an end.
    /// </summary>
    public ReadOnlySpan<byte> Next(int limit)
    {
        int searched = _start;
        while (true)
        {
            int lastEnd = _buffer.AsSpan(searched, _count - searched).LastIndexOf((byte)'\n');
            if (lastEnd >= 0)
            {
                return Take(searched + lastEnd + 1);
            }

            if (_ended || _count - _start >= limit)
            {
                return Take(_count);
            }

            searched = _count - _start;
            Fill();
        }
    }

    private ReadOnlySpan<byte> Take(int end)
    {
        var block = _buffer.AsSpan(_start, end - _start);
        _start = end;
        return block;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _count - _start).CopyTo(_buffer);
        _count -= _start;
        _start = 0;
        if (_count == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read = stream.ReadAtLeast(_buffer.AsSpan(_count), 1, throwOnEndOfStream: false);
        _count += read;
        _ended = read == 0;
    }
}
