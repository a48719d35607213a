using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MlNetSeqRec;

/// <summary>
/// Ids by number, one after the other in blocks of bytes: an id takes its UTF-8, a byte for its length and eight for its place,
/// where a string would take some fifty more.
/// </summary>
internal sealed class IdPool
{
    /// <summary>Marks an id that is no valid UTF-16 and is kept as it is; no UTF-8 has this byte.</summary>
    internal const byte NotUtf8 = 0xFF;

    private const int BlockSize = 1 << 20;

    private readonly List<byte[]> _blocks = [];
    private readonly List<long> _places = []; // block and position in it, in one number
    private int _free = BlockSize;

    public int Count => _places.Count;

    /// <summary>Appends an id, which gets the next number.</summary>
    public void Add(ReadOnlySpan<byte> id)
    {
        int needed = id.Length + sizeof(int);
        if (_blocks.Count == 0 || _free + needed > _blocks[^1].Length)
        {
            _blocks.Add(new byte[Math.Max(BlockSize, needed)]);
            _free = 0;
        }

        Span<byte> to = _blocks[^1].AsSpan(_free);
        int head = 1;
        if (id.Length < byte.MaxValue)
        {
            to[0] = (byte)id.Length;
        }
        else
        {
            (to[0], head) = (byte.MaxValue, sizeof(int) + 1);
            BinaryPrimitives.WriteInt32LittleEndian(to[1..], id.Length);
        }

        id.CopyTo(to[head..]);
        _places.Add(((long)(_blocks.Count - 1) << 32) | (uint)_free);
        _free += head + id.Length;
    }

    /// <summary>The bytes of an id.</summary>
    public ReadOnlySpan<byte> Bytes(int index)
    {
        long place = _places[index];
        ReadOnlySpan<byte> from = _blocks[(int)(place >> 32)].AsSpan((int)(uint)place);
        return from[0] < byte.MaxValue ? from.Slice(1, from[0]) : from.Slice(sizeof(int) + 1, BinaryPrimitives.ReadInt32LittleEndian(from[1..]));
    }

    /// <summary>An id as text.</summary>
    public string TextOf(int index)
    {
        ReadOnlySpan<byte> bytes = Bytes(index);
        return bytes.Length > 0 && bytes[0] == NotUtf8 ? new string(MemoryMarshal.Cast<byte, char>(bytes[1..])) : Encoding.UTF8.GetString(bytes);
    }
}
