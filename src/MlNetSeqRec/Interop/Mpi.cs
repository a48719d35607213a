using System.Runtime.InteropServices;
using System.Text;

namespace MlNetSeqRec;

/// <summary>
/// What is used of MPI, from Open MPI's library on this machine, which is looked for only when a process is one of several. Handles
/// are the addresses of variables that the library exports, as its header has them.
/// </summary>
internal sealed unsafe class Mpi
{
    /// <summary>Names the library where it is not among the system's.</summary>
    public const string Variable = "SEQREC_MPI";

    private const string HowToGetIt = "install Open MPI (Debian and Ubuntu: apt-get install openmpi-bin), or set " + Variable + " to its libmpi.so";
    private const int SerializedThreads = 2; // MPI_THREAD_SERIALIZED: several threads may call, one at a time
    private const int MostBytesAtOnce = 1 << 30; // counts are 32-bit
    private const int MostText = 1024; // above MPI_MAX_ERROR_STRING and MPI_MAX_PROCESSOR_NAME

    private static readonly void* _inPlace = (void*)1;

    private readonly IntPtr _library;
    private readonly string _path;
    private readonly void* _world;
    private readonly delegate* unmanaged<void*, void*, int, void*, void*, void*, int> _allReduce;
    private readonly delegate* unmanaged<void*, int, void*, int, void*, int> _broadcast;

    private Mpi(IntPtr library, string path)
    {
        (_library, _path) = (library, path);
        _world = Export("ompi_mpi_comm_world");
        _allReduce = (delegate* unmanaged<void*, void*, int, void*, void*, void*, int>)Export("MPI_Allreduce");
        _broadcast = (delegate* unmanaged<void*, int, void*, int, void*, int>)Export("MPI_Bcast");
    }

    /// <summary>The process's number in the job, from 0.</summary>
    public int Rank { get; private set; }

    /// <summary>Processes in the job.</summary>
    public int Count { get; private set; }

    /// <summary>Loads the library and joins the job, which a process can do once.</summary>
    /// <exception cref="DllNotFoundException">There is no Open MPI; says how to get it.</exception>
    public static Mpi Start()
    {
        (IntPtr library, string path) = Load();
        var mpi = new Mpi(library, path);
        int provided, rank, count;
        mpi.Check("MPI_Init_thread", ((delegate* unmanaged<int*, void*, int, int*, int>)mpi.Export("MPI_Init_thread"))(null, null, SerializedThreads, &provided));
        mpi.Check("MPI_Comm_set_errhandler", ((delegate* unmanaged<void*, void*, int>)mpi.Export("MPI_Comm_set_errhandler"))(mpi._world, mpi.Export("ompi_mpi_errors_return")));
        mpi.Check("MPI_Comm_rank", ((delegate* unmanaged<void*, int*, int>)mpi.Export("MPI_Comm_rank"))(mpi._world, &rank));
        mpi.Check("MPI_Comm_size", ((delegate* unmanaged<void*, int*, int>)mpi.Export("MPI_Comm_size"))(mpi._world, &count));
        (mpi.Rank, mpi.Count) = (rank, count);
        return mpi;
    }

    /// <summary>What MPI calls this process's host.</summary>
    public string Host()
    {
        byte* name = stackalloc byte[MostText];
        int length;
        Check("MPI_Get_processor_name", ((delegate* unmanaged<byte*, int*, int>)Export("MPI_Get_processor_name"))(name, &length));
        return Encoding.UTF8.GetString(name, length);
    }

    /// <summary>Adds up all ranks' values, in place: all get the same sums.</summary>
    public void Sum(float* values, long count) => Reduce(values, count, sizeof(float), "ompi_mpi_float", "ompi_mpi_op_sum");

    /// <summary>The same for numbers of double precision.</summary>
    public void Sum(Span<double> values)
    {
        fixed (double* first = values)
            Reduce(first, values.Length, sizeof(double), "ompi_mpi_double", "ompi_mpi_op_sum");
    }

    /// <summary>Puts the greatest of all ranks' values in each place.</summary>
    public void Max(Span<double> values)
    {
        fixed (double* first = values)
            Reduce(first, values.Length, sizeof(double), "ompi_mpi_double", "ompi_mpi_op_max");
    }

    /// <summary>Gives everyone the bytes that one rank has.</summary>
    public void Broadcast(void* bytes, long count, int from)
    {
        void* type = Export("ompi_mpi_byte");
        for (long done = 0; done < count; done += MostBytesAtOnce)
            Check("MPI_Bcast", _broadcast((byte*)bytes + done, (int)Math.Min(MostBytesAtOnce, count - done), type, from, _world));
    }

    /// <summary>Waits until every rank is here.</summary>
    public void Barrier() => Check("MPI_Barrier", ((delegate* unmanaged<void*, int>)Export("MPI_Barrier"))(_world));

    /// <summary>Ends all ranks' processes, this one among them.</summary>
    public void Abort(int exitCode) => _ = ((delegate* unmanaged<void*, int, int>)Export("MPI_Abort"))(_world, exitCode);

    /// <summary>Leaves the job, when every rank does.</summary>
    public void Stop() => Check("MPI_Finalize", ((delegate* unmanaged<int>)Export("MPI_Finalize"))());

    private void Reduce(void* values, long count, int size, string type, string operation)
    {
        void* ofType = Export(type), by = Export(operation);
        long atOnce = MostBytesAtOnce / size;
        for (long done = 0; done < count; done += atOnce)
            Check("MPI_Allreduce", _allReduce(_inPlace, (byte*)values + (done * size), (int)Math.Min(atOnce, count - done), ofType, by, _world));
    }

    private void Check(string call, int result)
    {
        if (result == 0)
            return;
        byte* text = stackalloc byte[MostText];
        int length;
        _ = ((delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string"))(result, text, &length);
        throw new IOException($"{call} failed: {Encoding.UTF8.GetString(text, length)}");
    }

    private void* Export(string name) => NativeLibrary.TryGetExport(_library, name, out IntPtr address) ? (void*)address
        : throw new DllNotFoundException($"{_path} is not Open MPI's library ('{name}' is not in it), the only MPI that is supported: {HowToGetIt}");

    private static (IntPtr Library, string Path) Load()
    {
        string[] names = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? [given]
            : OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.dylib"]
            : ["libmpi.so.40", "libmpi.so"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out IntPtr library))
                return (library, name);
        }

        throw new DllNotFoundException($"This process was started as one of several, which needs MPI, and there is no {names[0]} on {Environment.MachineName}: {HowToGetIt}");
    }
}
