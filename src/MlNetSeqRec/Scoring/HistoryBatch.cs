using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>The latest items of some histories as tensors, padded on the right; an empty history stands as padding alone.</summary>
/// <param name="Histories">Catalogue indices, [batch, length], int64.</param>
/// <param name="FromEnd">Positions counted from the last item, [batch, length], int64.</param>
/// <param name="Last">The flat position (row × length + column) of each history's last item, [batch], int64.</param>
/// <param name="Empty">The rows of empty histories.</param>
/// <param name="Source">The histories themselves.</param>
internal sealed record HistoryBatch(Tensor Histories, Tensor FromEnd, Tensor Last, long[] Empty, IReadOnlyList<ReadOnlyMemory<int>> Source) : IDisposable
{
    public static HistoryBatch Make(IReadOnlyList<ReadOnlyMemory<int>> histories, int maximumLength, Device device)
    {
        int length = 1;
        for (int row = 0; row < histories.Count; row++)
            length = Math.Max(length, Math.Min(histories[row].Length, maximumLength));
        var items = new long[histories.Count * length];
        var fromEnd = new long[items.Length];
        var last = new long[histories.Count];
        var empty = new List<long>();
        for (int row = 0; row < histories.Count; row++)
        {
            ReadOnlySpan<int> history = histories[row].Span;
            if (history.IsEmpty)
                empty.Add(row);
            history = history[Math.Max(0, history.Length - length)..];
            for (int i = 0; i < history.Length; i++)
            {
                items[(row * length) + i] = history[i];
                fromEnd[(row * length) + i] = history.Length - 1 - i;
            }

            last[row] = (row * length) + Math.Max(0, history.Length - 1);
        }

        return new HistoryBatch(
            tensor(items, histories.Count, length, device: device),
            tensor(fromEnd, histories.Count, length, device: device),
            tensor(last, device: device),
            [.. empty],
            histories);
    }

    /// <summary>Keeps the tensors beyond the dispose scope that they were made in.</summary>
    public HistoryBatch Keep()
    {
        Histories.DetachFromDisposeScope();
        FromEnd.DetachFromDisposeScope();
        Last.DetachFromDisposeScope();
        return this;
    }

    public void Dispose()
    {
        Histories.Dispose();
        FromEnd.Dispose();
        Last.Dispose();
    }
}
