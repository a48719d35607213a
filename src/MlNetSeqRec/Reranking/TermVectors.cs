using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>The terms of each item (words, or categories) as a sparse vector of length 1; rare terms weigh more (ln of items / items that have it).</summary>
internal sealed class TermVectors
{
    private readonly int[] _offsets;
    private readonly int[] _terms; // of an item, ascending
    private readonly float[] _weights;

    private TermVectors(int[] offsets, int[] terms, float[] weights) => (_offsets, _terms, _weights) = (offsets, terms, weights);

    public static TermVectors OfWords(ItemCatalogue items)
    {
        char[] lower = [];
        return Make(items.Count, (item, add) =>
        {
            foreach (ReadOnlySpan<char> word in new Words(Words.Lower(items.TextOf(item).Title, ref lower)))
                add(word);
        });
    }

    public static TermVectors OfCategories(ItemCatalogue items) => Make(items.Count, (item, add) =>
    {
        foreach (string category in items.TextOf(item).Categories)
            add(category);
    });

    public static TermVectors OfBrands(ItemCatalogue items) => Make(items.Count, (item, add) =>
    {
        if (items.TextOf(item).Brand is { Length: > 0 } brand)
            add(brand);
    });

    /// <summary>The cosine of two items' vectors; 0 where one has no terms.</summary>
    public float Cosine(int a, int b)
    {
        (int i, int j) = (_offsets[a], _offsets[b]);
        float sum = 0;
        while (i < _offsets[a + 1] && j < _offsets[b + 1])
        {
            int order = _terms[i] - _terms[j];
            if (order == 0)
                sum += _weights[i] * _weights[j];
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return sum;
    }

    /// <summary>A weighted sum of items' vectors, of length 1.</summary>
    public Dictionary<int, float> Sum(ReadOnlySpan<int> items, ReadOnlySpan<float> weights)
    {
        var sum = new Dictionary<int, float>();
        for (int at = 0; at < items.Length; at++)
        {
            for (int i = _offsets[items[at]]; i < _offsets[items[at] + 1]; i++)
                CollectionsMarshal.GetValueRefOrAddDefault(sum, _terms[i], out _) += weights[at] * _weights[i];
        }

        float length = MathF.Sqrt(sum.Values.Sum(weight => weight * weight));
        foreach (int term in sum.Keys)
            sum[term] /= length > 0 ? length : 1;
        return sum;
    }

    /// <summary>The cosine of an item's vector and what <see cref="Sum"/> gave.</summary>
    public float Cosine(int item, Dictionary<int, float> sum)
    {
        float cosine = 0;
        for (int i = _offsets[item]; i < _offsets[item + 1]; i++)
            cosine += _weights[i] * sum.GetValueOrDefault(_terms[i]);
        return cosine;
    }

    private delegate void Add(ReadOnlySpan<char> term);

    private static TermVectors Make(int items, Action<int, Add> termsOf)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        var offsets = new int[items + 1];
        var terms = new List<int>();
        var having = new List<int>();
        for (int item = 0; item < items; item++)
        {
            var own = new SortedSet<int>();
            termsOf(item, term =>
            {
                if (!lookup.TryGetValue(term, out int number))
                    lookup[term] = number = numbers.Count;
                own.Add(number);
            });
            while (having.Count < numbers.Count)
                having.Add(0);
            foreach (int term in own)
                having[term]++;
            terms.AddRange(own);
            offsets[item + 1] = terms.Count;
        }

        float[] weights = [.. terms.Select(term => MathF.Log((float)items / having[term]))];
        for (int item = 0; item < items; item++)
        {
            Span<float> own = weights.AsSpan(offsets[item]..offsets[item + 1]);
            float square = 0;
            foreach (float weight in own)
                square += weight * weight;
            for (int i = 0; i < own.Length; i++)
                own[i] = square > 0 ? own[i] / MathF.Sqrt(square) : 0;
        }

        return new TermVectors(offsets, [.. terms], weights);
    }
}
