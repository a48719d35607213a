using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Makes a stream of its own the calling thread's current one, until it is disposed of on the same thread: work can be recorded
/// (<see cref="CudaGraph"/>) on any but the default stream. What was asked for before is done first, on both ways.
/// </summary>
internal sealed unsafe class CudaStream : IDisposable
{
    private static readonly Lazy<Functions?> _functions = new(Functions.Find);
    private readonly Stream _before;

    private CudaStream(Device device)
    {
        sbyte index = (sbyte)Math.Max(0, device.index);
        cuda.synchronize();
        _before = _functions.Value!.Current(index);
        _functions.Value.SetCurrent(_functions.Value.FromPool(0, index));
    }

    /// <summary>Whether the libtorch that is loaded has what this needs.</summary>
    public static bool IsAvailable => _functions.Value is not null;

    /// <summary>A stream of its own on a CUDA device, which is the current one.</summary>
    public static CudaStream Begin(Device device) => new(device);

    public void Dispose()
    {
        cuda.synchronize();
        _functions.Value!.SetCurrent(_before);
    }

    /// <summary>c10::cuda::CUDAStream: a device and a number.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Stream(long Device, long Id);

    private sealed class Functions
    {
        public delegate* unmanaged<byte, sbyte, Stream> FromPool;
        public delegate* unmanaged<sbyte, Stream> Current;
        public delegate* unmanaged<Stream, void> SetCurrent;

        public static Functions? Find()
        {
            if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc10_cuda.so", out IntPtr library))
                return null;
            try
            {
                return new Functions
                {
                    FromPool = (delegate* unmanaged<byte, sbyte, Stream>)NativeLibrary.GetExport(library, "_ZN3c104cuda17getStreamFromPoolEba"),
                    Current = (delegate* unmanaged<sbyte, Stream>)NativeLibrary.GetExport(library, "_ZN3c104cuda20getCurrentCUDAStreamEa"),
                    SetCurrent = (delegate* unmanaged<Stream, void>)NativeLibrary.GetExport(library, "_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE"),
                };
            }
            catch (EntryPointNotFoundException)
            {
                return null;
            }
        }
    }
}
