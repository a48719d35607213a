using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Runs steps on a GPU by recordings of earlier steps with the same layout of data (<see cref="StepData.Layout"/>), which the host
/// starts in one call in place of several hundred. A layout is recorded when it is met for the second time: batches are cut at the
/// same lengths in every epoch. The results are those of the operations one at a time.
/// </summary>
internal sealed class RecordedSteps : IDisposable
{
    private const int MostRecordings = 1024; // each holds some hundreds of kilobytes on the device

    // A recording takes as much memory again as the step took, and a want of it then would end the process.
    private const double NeededShare = 0.5;

    private readonly Dictionary<string, Recording> _recordings = [];
    private readonly Device _device;
    private CudaGraph.MemoryPool _pool = CudaGraph.NewPool();
    private int _recorded;

    private RecordedSteps(Device device) => _device = device;

    /// <summary>
    /// Null where steps cannot be recorded: not on a GPU, on another than the first, which libtorch would take for the current one, or
    /// with a libtorch that lacks what it takes.
    /// </summary>
    public static RecordedSteps? Make(Device device) => ArePossible(device) ? new RecordedSteps(device) : null;

    /// <summary>A stream on which steps can be recorded, current until it is disposed of; null where they cannot be.</summary>
    public static CudaStream? Stream(Device device) => ArePossible(device) ? CudaStream.Begin(device) : null;

    private static bool ArePossible(Device device) =>
        device.type == DeviceType.CUDA && device.index <= 0 && CudaStream.IsAvailable && CudaGraph.IsAvailable;

    /// <summary>Does the work on a step's data, or what was recorded of it. The caller's dispose scope owns what it leaves.</summary>
    /// <param name="data">The step's data, which has a layout.</param>
    /// <param name="work">
    /// What to do with the copy of <see cref="StepData.Buffer"/> on the device. It asks for the same operations on the same memory for
    /// all data of a layout.
    /// </param>
    public void Run(StepData data, Action<Tensor> work)
    {
        if (!_recordings.TryGetValue(data.Layout!, out Recording? recording))
        {
            _recordings.Add(data.Layout!, new Recording());
            work(data.Buffer.ToDevice(_device));
            return;
        }

        if (recording.Graph is null && (_recorded >= MostRecordings || CudaMemory.FreeShare() < NeededShare))
        {
            work(data.Buffer.ToDevice(_device));
            return;
        }

        recording.Block ??= empty(data.Buffer.Count, dtype: ScalarType.Int64, device: _device).DetachFromDisposeScope();
        recording.Block.copy_(data.Buffer.ToDevice(_device));
        if (recording.Graph is null)
        {
            recording.Graph = CudaGraph.Record(_pool, () =>
            {
                using DisposeScope scope = NewDisposeScope();
                work(recording.Block);
            });
            _recorded++;
        }

        recording.Graph.Replay();
    }

    /// <summary>Forgets all recordings, where the work changes.</summary>
    public void Clear()
    {
        cuda.synchronize();
        foreach (Recording recording in _recordings.Values)
        {
            recording.Graph?.Dispose();
            recording.Block?.Dispose();
        }

        _recordings.Clear();
        _pool = CudaGraph.NewPool(); // libtorch gives up a pool with its last graph, and ends the process where it is asked for again
        _recorded = 0;
    }

    public void Dispose() => Clear();

    private sealed class Recording
    {
        public Tensor? Block { get; set; }

        public CudaGraph? Graph { get; set; }
    }
}
