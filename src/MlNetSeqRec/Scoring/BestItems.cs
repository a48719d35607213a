using System.Numerics;

namespace MlNetSeqRec;

/// <summary>
/// The best items of one row of scores, on the CPU: one pass that compares whole vectors of scores with the worst item
/// kept so far, which nearly all of them fail. Of equal scores the lower index comes first. Items that score minus
/// infinity are not allowed.
/// </summary>
internal static class BestItems
{
    /// <param name="scores">One score for each item.</param>
    /// <param name="count">Items wanted; fewer are given where fewer are allowed.</param>
    public static (int[] Items, float[] Scores) Select(ReadOnlySpan<float> scores, int count)
    {
        count = Math.Min(count, scores.Length);
        var heap = new Heap(count);
        int start = 0;
        for (; start <= scores.Length - Vector<float>.Count; start += Vector<float>.Count)
        {
            if (Vector.GreaterThanAny(new Vector<float>(scores[start..]), new Vector<float>(heap.Worst)))
                heap.Offer(scores.Slice(start, Vector<float>.Count), start);
        }

        heap.Offer(scores[start..], start);
        return heap.Sorted();
    }

    // A binary heap with the worst item at its root: the least score and, of equal ones, the greatest index.
    private struct Heap(int capacity)
    {
        private readonly (float Score, int Item)[] _kept = new (float, int)[capacity];
        private int _count;

        public float Worst { get; private set; } = float.NegativeInfinity;

        public void Offer(ReadOnlySpan<float> scores, int first)
        {
            for (int i = 0; i < scores.Length; i++)
            {
                if (!(scores[i] > Worst))
                    continue;
                if (_count < _kept.Length)
                    Rise((scores[i], first + i));
                else
                    Sink((scores[i], first + i));
                Worst = _count < _kept.Length ? float.NegativeInfinity : _kept[0].Score;
            }
        }

        public readonly (int[] Items, float[] Scores) Sorted()
        {
            (float Score, int Item)[] kept = _kept[.._count];
            Array.Sort(kept, (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Item.CompareTo(b.Item));
            return (Array.ConvertAll(kept, pair => pair.Item), Array.ConvertAll(kept, pair => pair.Score));
        }

        private void Rise((float, int) item)
        {
            int at = _count++;
            for (int parent = (at - 1) / 2; at > 0 && IsWorse(item, _kept[parent]); parent = (at - 1) / 2)
                (_kept[at], at) = (_kept[parent], parent);
            _kept[at] = item;
        }

        // Puts the item in place of the root.
        private readonly void Sink((float, int) item)
        {
            int at = 0;
            for (int child = 1; child < _count; child = (2 * at) + 1)
            {
                if (child + 1 < _count && IsWorse(_kept[child + 1], _kept[child]))
                    child++;
                if (!IsWorse(_kept[child], item))
                    break;
                (_kept[at], at) = (_kept[child], child);
            }

            _kept[at] = item;
        }

        private static bool IsWorse((float Score, int Item) a, (float Score, int Item) b) =>
            a.Score < b.Score || (a.Score == b.Score && a.Item > b.Item);
    }
}
