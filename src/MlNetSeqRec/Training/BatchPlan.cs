namespace MlNetSeqRec;

/// <summary>A run of consecutive events in <see cref="EncodedHistories.Items"/>: the inputs and, one further, the targets.</summary>
internal readonly record struct SequenceWindow(long Start, int Length);

/// <summary>
/// Which windows are trained together. Windows of similar lengths share a batch, so that little of it is padding, and a
/// batch holds about the same number of positions whatever their length.
/// </summary>
internal sealed class BatchPlan
{
    private readonly SequenceWindow[] _windows;
    private readonly int _positionsPerBatch;

    private BatchPlan(SequenceWindow[] windows, int positionsPerBatch) => (_windows, _positionsPerBatch) = (windows, positionsPerBatch);

    /// <summary>Targets in one epoch.</summary>
    public long Targets => _windows.Sum(window => (long)window.Length - 1);

    public int Windows => _windows.Length;

    /// <summary>
    /// Each history of at least two items, cut into windows of at most <paramref name="maximumLength"/> targets, from the
    /// latest back; a window begins with the item that the one before it ended with, so that every item but a history's
    /// first is a target once.
    /// </summary>
    public static BatchPlan Make(EncodedHistories histories, int maximumLength, int positionsPerBatch)
    {
        var windows = new List<SequenceWindow>();
        for (int row = 0; row < histories.Count; row++)
        {
            long start = histories.Offsets[row];
            long end = histories.Offsets[row + 1];
            while (end - start >= 2)
            {
                long from = Math.Max(start, end - maximumLength - 1);
                windows.Add(new SequenceWindow(from, (int)(end - from)));
                end = from + 1;
            }
        }

        return new BatchPlan([.. windows], positionsPerBatch);
    }

    /// <summary>The batches of one epoch, in the order in which they are trained: the same for the same random numbers.</summary>
    public IReadOnlyList<SequenceWindow[]> Epoch(Random random)
    {
        SequenceWindow[] order = [.. _windows];
        random.Shuffle(order);
        Array.Sort([.. order.Select((window, i) => ((long)window.Length << 32) | (uint)i)], order);

        var batches = new List<SequenceWindow[]>();
        for (int i = 0; i < order.Length;)
        {
            int start = i;
            int length = 0;
            while (i < order.Length)
            {
                int padded = Math.Max(length, order[i].Length - 1);
                if (i > start && (long)padded * (i - start + 1) > _positionsPerBatch)
                    break;
                length = padded;
                i++;
            }

            batches.Add(order[start..i]);
        }

        SequenceWindow[][] shuffled = [.. batches];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
