using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>A table of gains on the device.</summary>
internal sealed class DeviceGains(GainTable table, Device device) : IDisposable
{
    public GainTable Table { get; } = table;

    /// <summary>The items of all rows, one row after another, int64.</summary>
    public Tensor Items { get; } = tensor(Array.ConvertAll(table.Rows.Items, item => (long)item), device: device).DetachFromDisposeScope();

    /// <summary>Their values.</summary>
    public Tensor Values { get; } = tensor(table.Rows.Values, device: device).DetachFromDisposeScope();

    public void Dispose()
    {
        Items.Dispose();
        Values.Dispose();
    }
}
