using System.Buffers;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Places grouped by a key, for sums by key on the device in a fixed order: the gradient of looking rows up. Long groups are
/// summed in parts, and the parts then together, so that one frequent key does not hold up the rest.
/// </summary>
/// <param name="Keys">The distinct keys, ascending.</param>
/// <param name="Places">The places, by key and then ascending.</param>
/// <param name="Parts">Where each part begins in <paramref name="Places"/>.</param>
/// <param name="Groups">Where each key begins among the parts; no section where each key has one part.</param>
/// <param name="PartNumbers">0, 1, 2, … for each part, where there are <paramref name="Groups"/>.</param>
internal readonly record struct Grouping(Section Keys, Section Places, Section Parts, Section Groups, Section PartNumbers)
{
    private const int LongestPart = 64;

    /// <summary>Groups places 0 … n-1 by their keys, each from 0 to below <paramref name="keyLimit"/>; places with a negative key are left out.</summary>
    /// <param name="into">Where it is written.</param>
    /// <param name="keys">The key of each place.</param>
    /// <param name="keyLimit">One more than the greatest key may be.</param>
    /// <param name="hasFixedSize">
    /// Whether the sizes of all sections depend on the number of grouped places and the limit alone. Then keys of 0, whose sum is 0, fill
    /// what is left: sums may be added to rows that the keys name, not copied over them.
    /// </param>
    public static Grouping Make(IndexBuffer into, ReadOnlySpan<int> keys, int keyLimit, bool hasFixedSize = false)
    {
        int[] next = ArrayPool<int>.Shared.Rent(keyLimit + 1);
        Span<int> begins = next.AsSpan(0, keyLimit + 1);
        begins.Clear();
        foreach (int key in keys)
        {
            if (key >= 0)
                begins[key + 1]++;
        }

        int distinct = 0, parts = 0;
        for (int key = 0; key < keyLimit; key++)
        {
            int count = begins[key + 1];
            distinct += count > 0 ? 1 : 0;
            parts += (count + LongestPart - 1) / LongestPart;
            begins[key + 1] += begins[key];
        }

        int grouped = begins[keyLimit];
        int keysTaken = hasFixedSize ? Math.Min(grouped, keyLimit) : distinct, partsTaken = hasFixedSize ? keysTaken + (grouped / LongestPart) : parts;
        Section places = into.Take(grouped);
        Section keySection = into.Take(keysTaken), partSection = into.Take(partsTaken);
        bool isLong = hasFixedSize ? grouped > LongestPart : parts > distinct;
        Section groups = into.Take(isLong ? keysTaken : 0), numbers = into.Take(isLong ? partsTaken : 0);
        int k = 0, p = 0;
        for (int key = 0; key < keyLimit; key++)
        {
            if (begins[key] == begins[key + 1])
                continue;
            if (isLong)
                into.Values(groups)[k] = p;
            into.Values(keySection)[k++] = key;
            for (int at = begins[key]; at < begins[key + 1]; at += LongestPart)
            {
                if (isLong)
                    into.Values(numbers)[p] = p;
                into.Values(partSection)[p++] = at;
            }
        }

        into.Values(keySection)[k..].Clear();
        into.Values(partSection)[p..].Fill(grouped);
        if (isLong)
        {
            into.Values(groups)[k..].Fill(p);
            for (int number = p; number < partsTaken; number++)
                into.Values(numbers)[number] = number;
        }

        Span<long> ordered = into.Values(places);
        for (int place = 0; place < keys.Length; place++)
        {
            if (keys[place] >= 0)
                ordered[begins[keys[place]]++] = place;
        }

        ArrayPool<int>.Shared.Return(next);
        return new Grouping(keySection, places, partSection, groups, numbers);
    }

    /// <summary>The sum of <paramref name="values"/> [places, width] for each key, [keys, width].</summary>
    /// <param name="values">Where place p's values are: row p, or row rows[p].</param>
    /// <param name="block">The buffer's copy on the device.</param>
    /// <param name="rows">The row of each place in the order of <see cref="Places"/>; null where a place is a row.</param>
    /// <param name="weights">What each place's row is multiplied by, in the order of <see cref="Places"/>; null for 1.</param>
    public Tensor Sum(Tensor values, Tensor block, Tensor? rows = null, Tensor? weights = null)
    {
        Tensor parts = TorchScripts.SumRows(values, rows ?? Places.Of(block), Parts.Of(block), weights);
        return Groups.Length == 0 ? parts : TorchScripts.SumRows(parts, PartNumbers.Of(block), Groups.Of(block), null);
    }
}
