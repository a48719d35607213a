using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace MlNetSeqRec;

/// <summary>Numbers ids in the order in which they first appear. An id may come as text or as UTF-8.</summary>
internal sealed class IdIndex
{
    private readonly IdPool _pool = new();
    private int[] _slots = new int[64]; // the number of an id and one more; 0 is free. A power of two, half full at most.
    private byte[] _buffer = new byte[256];

    public int Count => _pool.Count;

    /// <summary>The ids by number.</summary>
    public IdPool Ids => _pool;

    /// <summary>The number of an id, which is added if it is new.</summary>
    public int Add(ReadOnlySpan<char> id) => Add(BytesOf(id));

    /// <summary>The number of an id, which is added if it is new.</summary>
    public int Add(ReadOnlySpan<byte> utf8)
    {
        int slot = SlotOf(utf8);
        if (_slots[slot] == 0)
        {
            _pool.Add(utf8);
            _slots[slot] = _pool.Count;
            if (_pool.Count > _slots.Length / 2)
                Grow();
            return _pool.Count - 1;
        }

        return _slots[slot] - 1;
    }

    /// <summary>The number of the id that the search for an id begins at, often its own; -1 for none.</summary>
    public int Near(ReadOnlySpan<byte> utf8) => _slots[(int)Hash(utf8) & (_slots.Length - 1)] - 1;

    /// <summary>The UTF-8 of an id, or what stands for it where there is none; good until the next call.</summary>
    public ReadOnlySpan<byte> BytesOf(ReadOnlySpan<char> id)
    {
        int most = Math.Max(3 * id.Length, 1 + (2 * id.Length));
        if (_buffer.Length < most)
            _buffer = new byte[most];
        if (Utf8.FromUtf16(id, _buffer, out _, out int written, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done)
            return _buffer.AsSpan(0, written);
        _buffer[0] = IdPool.NotUtf8;
        MemoryMarshal.AsBytes(id).CopyTo(_buffer.AsSpan(1));
        return _buffer.AsSpan(0, 1 + (2 * id.Length));
    }

    public string[] ToArray() => [.. Enumerable.Range(0, Count).Select(_pool.TextOf)];

    private int SlotOf(ReadOnlySpan<byte> id)
    {
        int mask = _slots.Length - 1, slot = (int)Hash(id) & mask;
        while (_slots[slot] != 0 && !_pool.Bytes(_slots[slot] - 1).SequenceEqual(id))
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        _slots = new int[checked(2 * _slots.Length)];
        int mask = _slots.Length - 1;
        for (int i = 0; i < _pool.Count; i++)
        {
            int slot = (int)Hash(_pool.Bytes(i)) & mask;
            while (_slots[slot] != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = i + 1;
        }
    }

    private static uint Hash(ReadOnlySpan<byte> id)
    {
        ulong hash = (ulong)id.Length;
        for (; id.Length >= sizeof(ulong); id = id[sizeof(ulong)..])
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(id));
        ulong rest = 0;
        foreach (byte b in id)
            rest = (rest << 8) | b;
        return (uint)(Mix(hash ^ rest) >> 32);
    }

    private static ulong Mix(ulong value)
    {
        value *= 0x9E3779B97F4A7C15;
        return value ^ (value >> 29);
    }
}
