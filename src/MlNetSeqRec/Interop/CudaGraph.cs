using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>
/// Work on a CUDA device that was recorded once and is started again in one call: a small network's step is hundreds of short
/// operations, and starting them one at a time takes several times as long as they do. libtorch's own class does it
/// (at::cuda::CUDAGraph), which TorchSharp does not bind: its functions are looked up by their names in the library, as a C++
/// compiler on Linux makes them. Where one is missing <see cref="IsAvailable"/> is false, and nothing else may be called.
/// </summary>
internal sealed unsafe class CudaGraph : IDisposable
{
    private const nuint ObjectBytes = 16384; // far more than the class has in any version
    private const int ThreadLocalCapture = 1; // cudaStreamCaptureModeThreadLocal: other threads are not disturbed

    private static readonly Lazy<Functions?> _functions = new(Functions.Find);
    private readonly void* _graph;
    private bool _isRecorded;

    private CudaGraph()
    {
        _graph = System.Runtime.InteropServices.NativeMemory.AllocZeroed(ObjectBytes);
        _functions.Value!.Construct(_graph, 0);
    }

    /// <summary>Whether the libtorch that is loaded has what this needs.</summary>
    public static bool IsAvailable => _functions.Value is not null;

    /// <summary>A pool of memory that several graphs may use in turn: none leaves anything in it that is used after it.</summary>
    public static MemoryPool NewPool() => _functions.Value!.NewPool();

    /// <summary>Records what <paramref name="work"/> asks of the device, without doing it. The current stream must not be the default one (<see cref="CudaStream"/>).</summary>
    public static CudaGraph Record(MemoryPool pool, Action work)
    {
        var graph = new CudaGraph();
        _functions.Value!.BeginCapture(graph._graph, pool, ThreadLocalCapture);
        try
        {
            work();
            graph._isRecorded = true;
        }
        finally
        {
            _functions.Value.EndCapture(graph._graph);
            if (!graph._isRecorded)
                graph.Dispose();
        }

        return graph;
    }

    /// <summary>Starts it on the current stream. Everything it reads and writes must still be where it was.</summary>
    public void Replay() => _functions.Value!.Replay(_graph);

    public void Dispose()
    {
        _functions.Value!.Destruct(_graph);
        System.Runtime.InteropServices.NativeMemory.Free(_graph);
    }

    /// <summary>libtorch's MempoolId_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct MemoryPool(ulong First, ulong Second);

    private sealed class Functions
    {
        public delegate* unmanaged<void*, byte, void> Construct;
        public delegate* unmanaged<void*, void> Destruct;
        public delegate* unmanaged<void*, MemoryPool, int, void> BeginCapture;
        public delegate* unmanaged<void*, void> EndCapture;
        public delegate* unmanaged<void*, void> Replay;
        public delegate* unmanaged<MemoryPool> NewPool;

        public static Functions? Find()
        {
            if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libtorch_cuda.so", out IntPtr library))
                return null;
            try
            {
                return new Functions
                {
                    Construct = (delegate* unmanaged<void*, byte, void>)NativeLibrary.GetExport(library, "_ZN2at4cuda9CUDAGraphC1Eb"),
                    Destruct = (delegate* unmanaged<void*, void>)NativeLibrary.GetExport(library, "_ZN2at4cuda9CUDAGraphD1Ev"),
                    BeginCapture = (delegate* unmanaged<void*, MemoryPool, int, void>)NativeLibrary.GetExport(library, "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode"),
                    EndCapture = (delegate* unmanaged<void*, void>)NativeLibrary.GetExport(library, "_ZN2at4cuda9CUDAGraph11capture_endEv"),
                    Replay = (delegate* unmanaged<void*, void>)NativeLibrary.GetExport(library, "_ZN2at4cuda9CUDAGraph6replayEv"),
                    NewPool = (delegate* unmanaged<MemoryPool>)NativeLibrary.GetExport(library, "_ZN2at4cuda17graph_pool_handleEv"),
                };
            }
            catch (EntryPointNotFoundException)
            {
                return null;
            }
        }
    }
}
