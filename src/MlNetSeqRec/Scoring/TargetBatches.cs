using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// All users of an evaluation in batches of similar length, such that a batch's activations and its scores of the whole
/// catalogue stay within a few hundred megabytes. The batches are made once and kept on the device, so that each
/// evaluation only runs the network; those of very many users are made anew each time instead.
/// </summary>
internal sealed class TargetBatches : IDisposable
{
    private const long ScoresOnDevice = 64_000_000; // 256 MB
    private const long KeptPositions = 16_000_000; // two int64 each

    private readonly EncodedHistories _data;
    private readonly int _maximumLength;
    private readonly Device _device;
    private readonly List<int[]> _rows = [];
    private readonly TargetBatch[]? _kept;

    /// <param name="data">Histories with targets.</param>
    /// <param name="itemCount">Items in the catalogue.</param>
    /// <param name="maximumLength">How many of the latest items the network reads.</param>
    /// <param name="device">Where the network is.</param>
    public TargetBatches(EncodedHistories data, int itemCount, int maximumLength, Device device)
    {
        (_data, _maximumLength, _device) = (data, maximumLength, device);
        bool isCpu = device.type == TorchSharp.DeviceType.CPU;
        long positions = isCpu ? 8_192 : 131_072;
        long rowsByScores = isCpu ? int.MaxValue : Math.Max(ScoresOnDevice / Math.Max(1, itemCount), 16); // a CPU's scores are bounded as they are made

        int[] order = [.. Enumerable.Range(0, data.Count).OrderBy(data.LengthOf)];
        long total = 0;
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && end - start < rowsByScores && (end + 1 - start) * Length(order[end]) <= positions;)
                end++;
            _rows.Add(order[start..end]);
            total += (end - start) * Length(order[end - 1]);
        }

        if (total <= KeptPositions)
            _kept = [.. _rows.Select(Make)];
    }

    /// <summary>The users of each batch, as rows of the data.</summary>
    public IReadOnlyList<int[]> Rows => _rows;

    /// <summary>Gives a batch to <paramref name="use"/>; it is freed afterwards unless it is kept.</summary>
    public void Use(int batch, Action<TargetBatch> use)
    {
        if (_kept is not null)
        {
            use(_kept[batch]);
            return;
        }

        using TargetBatch made = Make(_rows[batch]);
        use(made);
    }

    public void Dispose()
    {
        foreach (TargetBatch batch in _kept ?? [])
            batch.Dispose();
    }

    private long Length(int row) => Math.Clamp(_data.LengthOf(row), 1, _maximumLength);

    private TargetBatch Make(int[] rows) => new(
        Array.ConvertAll(rows, row => (ReadOnlyMemory<int>)_data.Items.AsMemory((int)_data.Offsets[row], _data.LengthOf(row))),
        Array.ConvertAll(rows, row => _data.Targets![row]),
        _maximumLength,
        _device);
}
