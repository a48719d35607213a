using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>A table of gains on the device: the rows of its parts, one part after another.</summary>
internal sealed class DeviceGains(GainTable table, Device device) : IDisposable
{
    private readonly (SparseRows Rows, long First)[] _parts = [.. table.Parts.Select((part, i) => (part.Rows, table.Parts.Take(i).Sum(before => before.Rows.Items.LongLength)))];

    /// <summary>The items of all rows, int64.</summary>
    public Tensor Items { get; } = tensor([.. table.Parts.SelectMany(part => part.Rows.Items).Select(item => (long)item)], device: device).DetachFromDisposeScope();

    /// <summary>What they gain.</summary>
    public Tensor Gains { get; } = tensor([.. table.Parts.SelectMany(part => part.Rows.Values.Select(value => part.Weight * value))], device: device).DetachFromDisposeScope();

    /// <summary>Where what a history's latest items add begins, how long it is, and how much of it they add.</summary>
    public IEnumerable<(long First, int Length, float Share)> Adding(ReadOnlyMemory<int> history) =>
        from adding in table.Adding(history)
        from part in _parts
        select (part.First + part.Rows.Offsets[adding.Item], part.Rows.ItemsOf(adding.Item).Length, adding.Share);

    public void Dispose()
    {
        Items.Dispose();
        Gains.Dispose();
    }
}
