namespace MlNetSeqRec.Benchmarks;

/// <summary>Random histories whose lengths are spread as those of 5-core review data, and random tokens.</summary>
internal static class DrawnHistories
{
    // Lengths fall off geometrically from 3 to a long tail; items are skewed towards the first ones.
    public static EncodedHistories Make(int users, int items, double meanLength)
    {
        var random = new Random(1);
        var events = new List<int>();
        var offsets = new List<long> { 0 };
        for (int user = 0; user < users; user++)
        {
            int length = 3 + (int)Math.Min(30 * meanLength, -(meanLength - 3) * Math.Log(1 - random.NextDouble()) * (random.Next(20) == 0 ? 5 : 1));
            for (int i = 0; i < length; i++)
                events.Add(Item());
            offsets.Add(events.Count);
        }

        return new EncodedHistories([.. events], [.. offsets], [.. Enumerable.Range(0, users).Select(_ => Item())]);

        int Item() => (int)(items * Math.Pow(random.NextDouble(), 2));
    }

    /// <summary>Histories that are all of one length.</summary>
    public static EncodedHistories Equal(int users, int items, int length)
    {
        var random = new Random(1);
        return new EncodedHistories([.. Enumerable.Range(0, users * length).Select(_ => random.Next(items))], [.. Enumerable.Range(0, users + 1).Select(i => (long)i * length)], null);
    }

    /// <summary>Twenty tokens an item of 16,000.</summary>
    public static ItemTokens Tokens(int items)
    {
        var random = new Random(2);
        return new ItemTokens([.. Enumerable.Range(0, 20 * items).Select(_ => (int)(16_000 * Math.Pow(random.NextDouble(), 3)))], [.. Enumerable.Range(0, items + 1).Select(i => 20 * i)], 16_000);
    }
}
