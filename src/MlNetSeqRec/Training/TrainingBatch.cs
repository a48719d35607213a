using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Some histories as tensors, padded on the right to the longest. Positions are counted from each history's last item.
/// </summary>
/// <param name="Histories">Catalogue indices, [batch, length], int64.</param>
/// <param name="FromEnd">Positions counted from the last item, [batch, length], int64.</param>
/// <param name="Real">The flat positions (row × length + column) that are not padding, [targets], int64.</param>
/// <param name="Targets">The item that came next at each of those positions, [targets], int64.</param>
internal sealed record TrainingBatch(Tensor Histories, Tensor FromEnd, Tensor Real, Tensor Targets)
{
    /// <summary>Makes a batch of windows, each of which has at least two items: inputs are all but the last, targets all but the first.</summary>
    public static TrainingBatch Make(EncodedHistories histories, ReadOnlySpan<SequenceWindow> windows, Device device)
    {
        int length = 0;
        int count = 0;
        foreach (SequenceWindow window in windows)
        {
            length = Math.Max(length, window.Length - 1);
            count += window.Length - 1;
        }

        var items = new long[windows.Length * length];
        var fromEnd = new long[items.Length];
        var real = new long[count];
        var targets = new long[count];
        int next = 0;
        for (int row = 0; row < windows.Length; row++)
        {
            ReadOnlySpan<int> events = histories.Items.AsSpan((int)windows[row].Start, windows[row].Length);
            for (int i = 0; i < events.Length - 1; i++)
            {
                int at = (row * length) + i;
                items[at] = events[i];
                fromEnd[at] = events.Length - 2 - i;
                real[next] = at;
                targets[next++] = events[i + 1];
            }
        }

        return new TrainingBatch(
            tensor(items, windows.Length, length, device: device),
            tensor(fromEnd, windows.Length, length, device: device),
            tensor(real, device: device),
            tensor(targets, device: device));
    }
}
