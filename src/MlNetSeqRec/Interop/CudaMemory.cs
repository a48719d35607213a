using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>What the driver says of the current CUDA device's memory.</summary>
internal static unsafe class CudaMemory
{
    private static readonly Lazy<IntPtr> _query = new(Find);

    /// <summary>The share that nobody has taken, libtorch's reserves counting as taken; 1 where the CUDA runtime is not found.</summary>
    public static double FreeShare()
    {
        if (_query.Value == IntPtr.Zero)
            return 1;
        nuint free, total;
        return ((delegate* unmanaged<nuint*, nuint*, int>)_query.Value)(&free, &total) == 0 ? free / (double)total : 0;
    }

    // libtorch has loaded one of these already, which is then the one that is found.
    private static IntPtr Find()
    {
        foreach (string name in new[] { "libcudart.so.13", "libcudart.so.12" })
        {
            if (NativeLibrary.TryLoad(name, out IntPtr library) && NativeLibrary.TryGetExport(library, "cudaMemGetInfo", out IntPtr query))
                return query;
        }

        return IntPtr.Zero;
    }
}
