using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// The processes that train one model together, one of which is this: an MPI job, as <c>mpirun</c> or Slurm's <c>srun</c> start it.
/// Each calls the same methods in the same order; each is called a rank and has a number.
/// </summary>
/// <remarks>
/// A program joins once, gives the group to <see cref="SequentialTransformerOptions.ProcessGroup"/>, trains, and lets the first rank
/// alone write what came out:
/// <code>
/// using ProcessGroup? group = ProcessGroup.JoinIfStarted();
/// options.ProcessGroup = group;
/// var model = pipeline.Fit(data);
/// if (group is null or { IsFirst: true }) mlContext.Model.Save(model, schema, "model.zip");
/// </code>
/// Join before anything uses CUDA: each rank takes one GPU of its host. An error that one rank meets alone must end its process
/// (<see cref="Abort"/>), for the others wait for it.
/// </remarks>
public sealed unsafe class ProcessGroup : IDisposable
{
    private static ProcessGroup? _joined;
    private static bool _hasJoined;

    private readonly Mpi? _mpi;
    private Nccl? _nccl;
    private Lifeline? _lifeline;
    private bool _hasLeft;

    private ProcessGroup(Mpi? mpi)
    {
        _mpi = mpi;
        Hosts = [Environment.MachineName];
        if (mpi is null)
            return;
        (Rank, Count) = (mpi.Rank, mpi.Count);
        Hosts = Gather(mpi.Host());
    }

    /// <summary>This process's number, from 0.</summary>
    public int Rank { get; }

    /// <summary>Ranks in the group.</summary>
    public int Count { get; } = 1;

    /// <summary>Whether this is rank 0, which writes checkpoints and reports progress.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>The host of each rank.</summary>
    public IReadOnlyList<string> Hosts { get; }

    /// <summary>How many ranks are on this process's host.</summary>
    public int CountOnHost => Hosts.Count(host => host == Hosts[Rank]);

    /// <summary>This process's number among those of its host, from 0.</summary>
    public int RankOnHost => Hosts.Take(Rank).Count(host => host == Hosts[Rank]);

    /// <summary>A process by itself: whatever is asked of others is done at once.</summary>
    internal static ProcessGroup Alone { get; } = new(null);

    /// <summary>
    /// Joins the job that this process was started in; null where it was started by itself, and then MPI is not looked for. (Started as
    /// one of several: OMPI_COMM_WORLD_SIZE is above 1, as mpirun sets it, or PMIX_RANK is there and SLURM_STEP_NUM_TASKS is above
    /// 1, as <c>srun --mpi=pmix</c> does.)
    /// </summary>
    /// <exception cref="DllNotFoundException">There is no Open MPI on this machine; says how to get it.</exception>
    /// <exception cref="InvalidOperationException">
    /// MPI finds another number of processes than were started, or several were started in a way that it does not see: by <c>srun</c>
    /// without PMIx, or by another MPI.
    /// </exception>
    public static ProcessGroup? JoinIfStarted()
    {
        if (_hasJoined)
            return _joined is { _hasLeft: false } ? _joined : throw new InvalidOperationException("This process has left its group; MPI lets nobody come back");
        int started = Launcher.Processes(Environment.GetEnvironmentVariable);
        if (started < 2)
            return null;
        Mpi mpi = Mpi.Start();
        if (mpi.Count != started)
            throw new InvalidOperationException($"{started} processes were started, and MPI finds {mpi.Count}: what started them (mpirun, srun) and libmpi are of different installations");
        _joined = new ProcessGroup(mpi);
        _hasJoined = true;
        if (!Launcher.IsMpirun(Environment.GetEnvironmentVariable))
            _joined._lifeline = _joined.Tie(_joined.EndWith);
        if (OperatingSystem.IsLinux())
            GpuOfRank.Choose(_joined);
        return _joined;
    }

    /// <summary>Ends the processes of all ranks, this one among them, at once.</summary>
    public void Abort(int exitCode) => _mpi?.Abort(exitCode);

    /// <summary>Leaves the group, once all ranks do. Not called where a rank ends by an error of its own: the job's launcher then ends the others.</summary>
    public void Dispose()
    {
        if (_mpi is null || _hasLeft)
            return;
        _hasLeft = true;
        if (_lifeline is not null)
            Barrier(); // none ends before all are here, and what comes after needs no watching
        _lifeline?.Release();
        _mpi.Stop();
        _lifeline?.Dispose();
    }

    internal void Barrier() => _mpi?.Barrier();

    internal void Sum(Span<double> values) => _mpi?.Sum(values);

    internal void Max(Span<double> values) => _mpi?.Max(values);

    /// <summary>Adds up all ranks' tensors of single precision, in place: all get the same sums.</summary>
    internal void Sum(Tensor values)
    {
        if (_mpi is null)
            return;
        if (values.device_type == DeviceType.CUDA)
            (_nccl ??= new Nccl(this)).Sum(TensorMemory.Address(values), values.numel());
        else
            _mpi.Sum((float*)TensorMemory.Address(values), values.numel());
    }

    /// <summary>The first rank's bytes, on all.</summary>
    internal void Broadcast(Span<byte> bytes)
    {
        fixed (byte* first = bytes)
            _mpi?.Broadcast(first, bytes.Length, 0);
    }

    /// <summary>The first rank's value, on all.</summary>
    internal double FromFirst(double value)
    {
        _mpi?.Broadcast(&value, sizeof(double), 0);
        return value;
    }

    /// <summary>The first rank's text, on all.</summary>
    internal string FromFirst(string text) => FromRank(0, text);

    /// <summary>Puts the first rank's values into all ranks' tensors.</summary>
    internal void Broadcast(Tensor values)
    {
        if (_mpi is null)
            return;
        using IDisposable scope = NewDisposeScope(), _ = no_grad();
        Tensor own = values.detach();
        Tensor there = own.cpu().contiguous(); // the same memory where it is so already
        _mpi.Broadcast(TensorMemory.Address(there), there.numel() * there.element_size(), 0);
        own.copy_(there);
    }

    /// <summary>Each rank's text, on all ranks.</summary>
    internal IReadOnlyList<string> Gather(string text) => [.. Enumerable.Range(0, Count).Select(rank => FromRank(rank, text))];

    /// <summary>Has this rank told of the end of any other; null where TCP does not go between the hosts: then the launcher alone ends the job.</summary>
    internal Lifeline? Tie(Action<int, bool> died)
    {
        Lifeline? line = IsFirst ? Lifeline.Listen(Count, CountOnHost == Count, told => FromFirst(told), died) : Lifeline.Connect(Rank, FromFirst(string.Empty), died);
        Span<double> tied = [line is null ? 0 : 1];
        Sum(tied);
        if (tied[0] < Count)
        {
            line?.Dispose();
            return null;
        }

        line!.Watch();
        return line;
    }

    // On standard error, as nobody could do anything with it before the process ends.
    private void EndWith(int rank, bool isToSay)
    {
        if (isToSay && (rank != 0 || Rank == 1))
            Console.Error.WriteLine($"seqrec: rank {rank} of {Count} on {Hosts[rank]} has died, and so the others end");
        NativeEnvironment.Exit(2);
    }

    private string FromRank(int rank, string text)
    {
        if (_mpi is null)
            return text;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = bytes.Length;
        _mpi.Broadcast(&length, sizeof(int), rank);
        Array.Resize(ref bytes, length);
        fixed (byte* first = bytes)
            _mpi.Broadcast(first, length, rank);
        return Encoding.UTF8.GetString(bytes);
    }
}
