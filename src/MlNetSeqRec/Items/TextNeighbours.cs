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
    private const double MostAdditions = 3e10;

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
        Parallel.For(0, items, new ParallelOptions { CancellationToken = cancellation }, () => new float[items], (item, _, sums) =>
        {
            var touched = new List<int>();
            double additions = 0;
            foreach (int token in distinct[item].OrderBy(token => having[token].Length).ThenBy(token => token))
            {
                float weight = rarity[token] * rarity[token];
                additions += having[token].Length;
                if (having[token].Length > most || additions > mostOfItem || weight == 0)
                    break; // as are all that follow
                foreach (int other in having[token])
                {
                    if (sums[other] == 0)
                        touched.Add(other);
                    sums[other] += weight;
                }
            }

            near[item] = Best(item, kept, touched, sums, lengths);
            foreach (int other in touched)
                sums[other] = 0;
            return sums;
        }, _ => { });
        return SparseRows.Make(near);
    }

    private static (int Item, float Cosine)[] Best(int item, int count, List<int> touched, float[] sums, float[] lengths)
    {
        float[] cosines = [.. touched.Select(other => other == item ? 0 : Math.Min(1, sums[other] / (lengths[other] * lengths[item])))];
        (int[] places, float[] best) = BestItems.Select(cosines, count);
        return [.. places.Zip(best).TakeWhile(pair => pair.Second >= Least).Select(pair => (touched[pair.First], pair.Second))];
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
