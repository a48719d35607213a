using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Some users whose targets are ranked together: their histories and targets, on the device as well.</summary>
internal sealed class TargetBatch : IDisposable
{
    private readonly Device _device;
    private DeviceTargets? _onDevice;

    /// <param name="histories">Catalogue indices, oldest first.</param>
    /// <param name="targets">Catalogue indices; -1 for an item outside the catalogue.</param>
    /// <param name="maximumLength">How many of the latest items the network reads.</param>
    /// <param name="device">Where the network is.</param>
    public TargetBatch(IReadOnlyList<ReadOnlyMemory<int>> histories, int[] targets, int maximumLength, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        (Histories, Targets, _device) = (histories, targets, device);
        Inputs = HistoryBatch.Make(histories, maximumLength, device).Keep();
    }

    public int Count => Targets.Length;

    public IReadOnlyList<ReadOnlyMemory<int>> Histories { get; }

    public int[] Targets { get; }

    public HistoryBatch Inputs { get; }

    /// <summary>What ranking by tensor operations needs; made when first asked for.</summary>
    public DeviceTargets OnDevice => _onDevice ??= MakeOnDevice();

    /// <summary>The rank as users are told it: a target that is no candidate is never found.</summary>
    public TargetRanks Finish(int row, float all, float unseen) => Targets[row] < 0
        ? new TargetRanks(float.PositiveInfinity, float.PositiveInfinity)
        : new TargetRanks(all, Histories[row].Span.Contains(Targets[row]) ? float.PositiveInfinity : unseen);

    public void Dispose()
    {
        Inputs.Dispose();
        _onDevice?.Dispose();
    }

    private DeviceTargets MakeOnDevice()
    {
        var rows = new List<long>();
        var items = new List<long>();
        for (int row = 0; row < Count; row++)
        {
            foreach (int item in Histories[row].Span.DistinctSorted())
            {
                if (item == Targets[row])
                    continue;
                rows.Add(row);
                items.Add(item);
            }
        }

        using DisposeScope scope = NewDisposeScope();
        return new DeviceTargets(
            Keep([.. Targets.Select(target => Math.Max(0L, target))]).unsqueeze_(1),
            Keep([.. rows]),
            Keep([.. items]));
    }

    private Tensor Keep(long[] values) => tensor(values, device: _device).DetachFromDisposeScope();

    /// <param name="Targets">[users, 1], 0 where there is none.</param>
    /// <param name="SeenRows">The user of each pair of a user and an item that they had and that is not the target.</param>
    /// <param name="SeenItems">The item of each such pair.</param>
    internal sealed record DeviceTargets(Tensor Targets, Tensor SeenRows, Tensor SeenItems) : IDisposable
    {
        public void Dispose()
        {
            Targets.Dispose();
            SeenRows.Dispose();
            SeenItems.Dispose();
        }
    }
}
