using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>A part of an <see cref="IndexBuffer"/>.</summary>
internal readonly record struct Section(int Start, int Length)
{
    /// <summary>The same part of the buffer's copy on a device, [length], int64.</summary>
    public Tensor Of(Tensor block) => block.narrow(0, Start, Length);
}

/// <summary>Every index that a step needs, in one growing array that is used again and goes to the device in one copy.</summary>
internal sealed class IndexBuffer
{
    private long[] _values = new long[1024];
    private int _count;
    private Tensor? _pinned;

    /// <summary>Values taken.</summary>
    public int Count => _count;

    public void Clear()
    {
        _count = 0;
        _pinned?.Dispose();
        _pinned = null;
    }

    /// <summary>Takes the next values, whose content is yet to be written. Spans taken before may not be used after.</summary>
    public Section Take(int length)
    {
        if (_count + length > _values.Length)
            Array.Resize(ref _values, Math.Max(_count + length, 2 * _values.Length));
        _count += length;
        return new Section(_count - length, length);
    }

    public Span<long> Values(Section section) => _values.AsSpan(section.Start, section.Length);

    /// <summary>
    /// The copy on a device, [count], int64. To a GPU it goes by way of libtorch's pinned memory, which is not used again
    /// before the copy is done; nothing waits for it.
    /// </summary>
    public Tensor ToDevice(Device device)
    {
        if (device.type == DeviceType.CPU)
            return Own();
        if (_pinned is null)
            Pin();
        Tensor there = _pinned!.to(device, non_blocking: true);
        _pinned.Dispose(); // here, not when it is filled again: that would mark the stream while another thread records what is asked of it
        _pinned = null;
        return there;
    }

    /// <summary>Makes the copy in pinned memory, on whatever thread has the time for it. Values that are written later are not in it.</summary>
    public void Pin()
    {
        using Tensor own = Own();
        _pinned = own.pin_memory().DetachFromDisposeScope();
    }

    private Tensor Own()
    {
        Tensor own = empty(_count, dtype: ScalarType.Int64);
        _values.AsSpan(0, _count).CopyTo(own.Span<long>());
        return own;
    }
}
