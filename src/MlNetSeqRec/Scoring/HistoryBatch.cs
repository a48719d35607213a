using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>The latest items of some histories as tensors, padded on the right; an empty history stands as padding alone.</summary>
/// <param name="Histories">Catalogue indices, [batch, length], int64.</param>
/// <param name="FromEnd">Positions counted from the last item, [batch, length], int64.</param>
/// <param name="Last">The flat position (row × length + column) of each history's last item, [batch], int64.</param>
internal sealed record HistoryBatch(Tensor Histories, Tensor FromEnd, Tensor Last)
{
    public static HistoryBatch Make(IReadOnlyList<ReadOnlyMemory<int>> histories, int maximumLength, Device device)
    {
        int length = Math.Clamp(histories.Max(history => history.Length), 1, maximumLength);
        var items = new long[histories.Count * length];
        var fromEnd = new long[items.Length];
        var last = new long[histories.Count];
        for (int row = 0; row < histories.Count; row++)
        {
            ReadOnlySpan<int> history = histories[row].Span;
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
            tensor(last, device: device));
    }
}
