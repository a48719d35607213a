using System.Runtime.InteropServices;
using TorchSharp;

namespace MlNetSeqRec;

/// <summary>Reads a tensor's values as one block; TorchSharp's accessor goes through them one at a time.</summary>
internal static class TensorValues
{
    /// <summary>A copy of the values, from whatever device.</summary>
    public static T[] Values<T>(this torch.Tensor tensor)
        where T : unmanaged
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return MemoryMarshal.Cast<byte, T>(tensor.detach().cpu().contiguous().bytes).ToArray();
    }

    /// <summary>The values themselves, of a contiguous tensor on the CPU: good while the tensor lives.</summary>
    public static Span<T> Span<T>(this torch.Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}
