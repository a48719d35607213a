namespace MlNetSeqRec;

/// <summary>
/// For each item those with the most similar texts: by the cosine of vectors that have ln(items / items with the token) for each of an
/// item's tokens (TF-IDF with each token counted once; Salton and Buckley, 1988). It needs no histories, and so knows items that nobody had.
/// </summary>
internal static class TextNeighbours
{
    private const int Most = 100; // of an item; fewer of large catalogues, whose models would grow too large
    private const int FewestOfMany = 20;
    private const int MostPairs = 10_000_000;
    private const int MostItems = 2_000_000;
    private const float Least = 0.05f;

    // Tokens that many items have find nothing that is like an item, and make the search long: an item's rarest tokens are looked up
    // first, as far as its share of the additions goes.
    private const double ManyShare = 0.1;
    private const int FewItems = 100;
    private const double MostAdditions = 5e9;

    /// <summary>The nearest items of each item and their cosines, above 0 and at most 1, found on all cores; null beyond two million items.</summary>
    /// <param name="tokens">Of all items.</param>
    /// <param name="mostAdditions">Products of rarities that may be added up, each item as many; its commonest tokens are passed over beyond that.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static SparseRows? Find(ItemTokens tokens, double mostAdditions = MostAdditions, CancellationToken cancellation = default)
    {
        int items = tokens.ItemCount;
        if (items > MostItems)
            return null;
        int[][] distinct = [.. Enumerable.Range(0, items).Select(item => tokens.Of(item).ToArray().Distinct().ToArray())];
        int[][] having = Having(distinct, tokens.RowCount);
        float[] rarity = Array.ConvertAll(having, own => own.Length == 0 ? 0 : MathF.Log(items / (float)own.Length));
        float[] lengths = Array.ConvertAll(distinct, own => MathF.Sqrt(own.Sum(token => rarity[token] * rarity[token])));
        double most = Math.Max(ManyShare * items, FewItems), mostOfItem = mostAdditions / Math.Max(1, items);
        var near = new (int, float)[items][];
        int kept = Math.Clamp(MostPairs / Math.Max(1, items), FewestOfMany, Most);
        Parallel.For(0, items, new ParallelOptions { CancellationToken = cancellation }, () => new Sums(items), (item, _, sums) =>
        {
            double additions = 0;
            foreach (int token in distinct[item].OrderBy(token => having[token].Length).ThenBy(token => token))
            {
                float weight = rarity[token] * rarity[token];
                additions += having[token].Length;
                if (having[token].Length > most || additions > mostOfItem || weight == 0)
                    break; // as are all that follow
                sums.Add(having[token], weight);
            }

            near[item] = sums.Best(item, kept, lengths);
            return sums;
        }, _ => { });
        return SparseRows.Make(near);
    }

    // Products with one item, of those that have a token of it.
    private sealed class Sums(int items)
    {
        private readonly float[] _sums = new float[items];
        private readonly int[] _touched = new int[items];
        private readonly float[] _cosines = new float[items];
        private int _count;

        public void Add(int[] having, float weight)
        {
            foreach (int other in having)
            {
                if (_sums[other] == 0)
                    _touched[_count++] = other;
                _sums[other] += weight;
            }
        }

        // The nearest, and all sums 0 again.
        public (int Item, float Cosine)[] Best(int item, int count, float[] lengths)
        {
            for (int i = 0; i < _count; i++)
            {
                int other = _touched[i];
                _cosines[i] = other == item ? 0 : Math.Min(1, _sums[other] / (lengths[other] * lengths[item]));
                _sums[other] = 0;
            }

            (int[] places, float[] best) = BestItems.Select(_cosines.AsSpan(0, _count), count);
            _count = 0;
            return [.. places.Zip(best).TakeWhile(pair => pair.Second >= Least).Select(pair => (_touched[pair.First], pair.Second))];
        }
    }

    // The items that have each token, ascending.
    private static int[][] Having(int[][] distinct, int rows)
    {
        int[] counts = new int[rows], filled = new int[rows];
        foreach (int[] own in distinct)
        {
            foreach (int token in own)
                counts[token]++;
        }

        int[][] having = Array.ConvertAll(counts, count => new int[count]);
        for (int item = 0; item < distinct.Length; item++)
        {
            foreach (int token in distinct[item])
                having[token][filled[token]++] = item;
        }

        return having;
    }
}
