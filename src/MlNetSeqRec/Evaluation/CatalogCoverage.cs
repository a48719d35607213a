namespace MlNetSeqRec;

/// <summary>Counts which items come into any user's top 10. Several threads may add at once.</summary>
internal sealed class CatalogCoverage(int itemCount)
{
    internal const int Top = 10;

    private readonly bool[] _shown = new bool[itemCount]; // threads only ever write true
    private bool _any;

    internal double? Share => _any ? (double)_shown.Count(shown => shown) / itemCount : null;

    /// <summary>Adds the items that were recommended to one user.</summary>
    internal void Add(ReadOnlySpan<int> items)
    {
        _any = true;
        foreach (int item in items)
            _shown[item] = true;
    }

    /// <summary>Adds the items with the highest scores that are not excluded. Of equal scores the earlier item is taken.</summary>
    internal void Add(ReadOnlySpan<float> scores, ReadOnlySpan<int> excluded)
    {
        Span<int> best = stackalloc int[Top];
        int count = 0;
        float worst = float.NegativeInfinity;
        for (int item = 0; item < scores.Length; item++)
        {
            if (scores[item] <= worst || excluded.Contains(item))
                continue;
            int place = count < Top ? count++ : Top - 1;
            for (; place > 0 && scores[best[place - 1]] < scores[item]; place--)
                best[place] = best[place - 1];
            best[place] = item;
            worst = count == Top ? scores[best[Top - 1]] : worst;
        }
        Add(best[..count]);
    }
}
