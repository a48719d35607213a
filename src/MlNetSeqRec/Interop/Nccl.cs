using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>
/// Sums over the GPUs of all ranks, by NVIDIA's NCCL: the library that the libtorch in use has loaded, or that lies where Python's
/// packages put it beside that libtorch.
/// </summary>
internal sealed unsafe class Nccl
{
    private const string Name = "libnccl.so.2";
    private const int Float32 = 7; // ncclFloat32
    private const int Sum32 = 0; // ncclSum

    private readonly IntPtr _library;
    private readonly delegate* unmanaged<void*, void*, nuint, int, int, IntPtr, IntPtr, int> _allReduce;
    private readonly IntPtr _communicator;

    /// <summary>Joins the ranks' GPUs, each rank's the only one that it sees; every rank does so at once.</summary>
    /// <exception cref="DllNotFoundException">There is no NCCL.</exception>
    /// <exception cref="InvalidOperationException">NCCL refuses, where two ranks have the same GPU for example.</exception>
    public Nccl(ProcessGroup group)
    {
        _library = Load();
        _allReduce = (delegate* unmanaged<void*, void*, nuint, int, int, IntPtr, IntPtr, int>)NativeLibrary.GetExport(_library, "ncclAllReduce");
        UniqueId id = default;
        if (group.IsFirst)
            Check("ncclGetUniqueId", ((delegate* unmanaged<UniqueId*, int>)NativeLibrary.GetExport(_library, "ncclGetUniqueId"))(&id));
        group.Broadcast(new Span<byte>(&id, sizeof(UniqueId)));
        IntPtr communicator;
        Check("ncclCommInitRank", ((delegate* unmanaged<IntPtr*, int, UniqueId, int, int>)NativeLibrary.GetExport(_library, "ncclCommInitRank"))(&communicator, group.Count, id, group.Rank));
        _communicator = communicator;
    }

    /// <summary>
    /// Adds up all ranks' values in place, in the order of what libtorch's default stream was asked for before and is asked for after. That
    /// is the current one here: steps of several ranks are not recorded.
    /// </summary>
    public void Sum(void* values, long count) => Check("ncclAllReduce", _allReduce(values, values, (nuint)count, Float32, Sum32, _communicator, IntPtr.Zero));

    private void Check(string call, int result)
    {
        if (result == 0)
            return;
        var text = (delegate* unmanaged<int, byte*>)NativeLibrary.GetExport(_library, "ncclGetErrorString");
        string? more = NativeLibrary.TryGetExport(_library, "ncclGetLastError", out IntPtr last) ? Marshal.PtrToStringUTF8((IntPtr)((delegate* unmanaged<IntPtr, byte*>)last)(_communicator)) : null;
        throw new InvalidOperationException($"{call} failed: {Marshal.PtrToStringUTF8((IntPtr)text(result))} {more}".TrimEnd() + " (NCCL_DEBUG=INFO says more)");
    }

    private static IntPtr Load()
    {
        string[] folders =
        [
            Environment.GetEnvironmentVariable(NativeLibraries.Variable) ?? string.Empty,
            .. (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? string.Empty).Split(Path.PathSeparator),
        ];
        IEnumerable<string> places = folders.Where(folder => folder.Length > 0)
            .SelectMany(folder => new[] { Path.Combine(folder, Name), Path.Combine(folder, "..", "..", "nvidia", "nccl", "lib", Name) });
        foreach (string place in places.Prepend(Name)) // by its name alone the one that libtorch has loaded, or the system's
        {
            if (NativeLibrary.TryLoad(place, out IntPtr library))
                return library;
        }

        throw new DllNotFoundException(
            $"Training on the GPUs of several ranks needs NCCL, and there is no {Name} beside libtorch or in the system: use the libtorch of a Python install of PyTorch " +
            $"({NativeLibraries.Variable}), install libnccl2, or train on device cpu");
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct UniqueId
    {
        public long First;
    }
}
