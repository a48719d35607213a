using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>Counts how many items have each category, and tells which categories something can be learnt from.</summary>
internal sealed class CategoryCounts
{
    private const int MinimumCount = 2;
    private const double UninformativeShare = 0.95;

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private int _categorized;

    /// <summary>Counts the categories of one item; one that is named twice counts once.</summary>
    internal void Add(IReadOnlyList<string> categories)
    {
        _categorized += categories.Count > 0 ? 1 : 0;
        for (int i = 0; i < categories.Count; i++)
        {
            if (!NamedBefore(categories, i))
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, categories[i], out _)++;
        }
    }

    /// <summary>
    /// The categories by frequency, without those of a single item, which nothing can be learnt from, and those that nearly
    /// every item has ("Beauty" in a beauty shop).
    /// </summary>
    internal List<string> Informative() =>
        [.. _counts.Where(pair => pair.Value >= MinimumCount && pair.Value < UninformativeShare * _categorized)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)];

    /// <summary>Whether a list has its element at <paramref name="index"/> earlier too.</summary>
    internal static bool NamedBefore(IReadOnlyList<string> names, int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (names[i] == names[index])
                return true;
        }
        return false;
    }
}
