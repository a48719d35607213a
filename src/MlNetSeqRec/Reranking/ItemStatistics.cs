using System.Security.Cryptography;
using System.Text;

namespace MlNetSeqRec;

/// <summary>
/// What re-ranking knows of each item of a catalogue, all counted on the training part: how often it occurred, what came after it
/// and near it, and, where the data say so, when it last occurred and what it costs.
/// </summary>
/// <param name="CatalogueId">Tells this catalogue from others.</param>
/// <param name="Popularity">[items]</param>
/// <param name="Followers">What came directly after each item.</param>
/// <param name="Near">What occurred within some events of it.</param>
/// <param name="SinceLast">[items], the time from an item's last event to the end of the training data, as a share of their time; 1 without events. Empty: no times.</param>
/// <param name="RecentShare">[items], the share of an item's events in the last tenth of that time. Empty: no times.</param>
/// <param name="LogPrice">[items], ln(1 + price), not a number where it is not known. Empty: no prices.</param>
internal sealed record ItemStatistics(
    long CatalogueId, int[] Popularity, TransitionTable Followers, ItemNeighbours Near, float[] SinceLast, float[] RecentShare, float[] LogPrice)
{
    private const double RecentTime = 0.1;

    /// <param name="catalogue">The items.</param>
    /// <param name="training">The histories of the training part.</param>
    /// <param name="events">Items and times of the training part; null without.</param>
    /// <param name="prices">Of each item, not a number where it is not known; null without.</param>
    public static ItemStatistics Count(ItemCatalogue catalogue, EncodedHistories training, IReadOnlyList<(int Item, long Time)>? events, float[]? prices)
    {
        (float[] sinceLast, float[] recent) = events is { Count: > 0 } ? Times(catalogue.Count, events) : ([], []);
        return new ItemStatistics(
            Identify(catalogue),
            training.CountItems(catalogue.Count),
            TransitionTable.Count(training.Items, training.Offsets, catalogue.Count),
            CoCounts.Count(training, catalogue.Count),
            sinceLast,
            recent,
            prices is null ? [] : Array.ConvertAll(prices, price => price >= 0 ? MathF.Log(1 + price) : float.NaN));
    }

    /// <summary>The start of a digest of the ids in their order.</summary>
    public static long Identify(ItemCatalogue catalogue)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int item = 0; item < catalogue.Count; item++)
            digest.AppendData(Encoding.UTF8.GetBytes(catalogue.IdOf(item) + "\n"));
        return BitConverter.ToInt64(digest.GetHashAndReset());
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(CatalogueId);
        writer.Write(Popularity.Length);
        foreach (int count in Popularity)
            writer.Write(count);
        Followers.Save(writer);
        Near.Save(writer);
        foreach (float[] values in new[] { SinceLast, RecentShare, LogPrice })
        {
            writer.Write(values.Length > 0);
            foreach (float value in values)
                writer.Write(value);
        }
    }

    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    public static ItemStatistics Load(BinaryReader reader)
    {
        long id = reader.ReadInt64();
        int items = reader.ReadInt32();
        if (items < 1)
            throw new InvalidDataException($"it says that it has {items} items");
        var popularity = new List<int>(); // grows while reading, so that a damaged count cannot exhaust memory
        while (popularity.Count < items)
            popularity.Add(reader.ReadInt32());
        return new ItemStatistics(id, [.. popularity], TransitionTable.Load(reader, items), ItemNeighbours.Load(reader, items), Values(), Values(), Values());

        float[] Values() => reader.ReadBoolean() ? [.. Enumerable.Range(0, items).Select(_ => reader.ReadSingle())] : [];
    }

    private static (float[] SinceLast, float[] RecentShare) Times(int items, IReadOnlyList<(int Item, long Time)> events)
    {
        (long first, long last) = (events.Min(e => e.Time), events.Max(e => e.Time));
        double span = Math.Max(1, (double)last - first);
        var since = new float[items];
        Array.Fill(since, 1);
        var recent = new float[items];
        var counts = new int[items];
        foreach ((int item, long time) in events)
        {
            double ago = ((double)last - time) / span;
            since[item] = Math.Min(since[item], (float)ago);
            recent[item] += ago < RecentTime ? 1 : 0;
            counts[item]++;
        }

        for (int item = 0; item < items; item++)
            recent[item] /= Math.Max(1, counts[item]);
        return (since, recent);
    }
}
