using System.Runtime.InteropServices;
using TorchSharp;

namespace MlNetSeqRec;

/// <summary>Where a tensor's values lie, on whatever device; TorchSharp gives spans alone, of at most 2 GB and on the CPU.</summary>
internal static unsafe class TensorMemory
{
    private static readonly Lazy<IntPtr> _address = new(() => NativeLibrary.GetExport(
        NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null), "THSTensor_data"));

    /// <summary>The address of the first value of a contiguous tensor: good while the tensor lives.</summary>
    public static void* Address(torch.Tensor tensor) => tensor.is_contiguous()
        ? ((delegate* unmanaged<IntPtr, void*>)_address.Value)(tensor.Handle)
        : throw new ArgumentException("The tensor is not contiguous", nameof(tensor));
}
