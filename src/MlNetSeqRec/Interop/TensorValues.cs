using System.Runtime.InteropServices;
using TorchSharp;

namespace MlNetSeqRec;

/// <summary>Copies a tensor's values to an array as one block; TorchSharp's accessor goes through them one at a time.</summary>
internal static class TensorValues
{
    public static T[] Values<T>(this torch.Tensor tensor)
        where T : unmanaged
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return MemoryMarshal.Cast<byte, T>(tensor.detach().cpu().contiguous().bytes).ToArray();
    }
}
