using Microsoft.ML;

namespace MlNetSeqRec.Experiments.Reports;

/// <summary>Counts what a <see cref="DataProfile"/> tells.</summary>
internal static class ProfileCounting
{
    private const int CurvePoints = 60;
    private const int RareBelow = 5;

    public static DataProfile Count(IDataView interactions, string userColumn, string itemColumn, string? timeColumn)
    {
        UserSequences sequences = UserSequences.Read(interactions, userColumn, itemColumn, timeColumn);
        var lengths = new List<int>(sequences.Users);
        int[] events = new int[sequences.ItemIds.Length];
        (long first, long last) = (long.MaxValue, long.MinValue);
        for (int user = 0; user < sequences.Users; user++)
        {
            int start = (int)sequences.StartOf(user), length = sequences.LengthOf(user);
            if (length > 0)
                lengths.Add(length);
            foreach (int item in sequences.Items.AsSpan(start, length))
                events[item]++;
            if (length > 0 && sequences.Times is { } times)
                (first, last) = (Math.Min(first, times[start]), Math.Max(last, times[start + length - 1])); // a user's events are in order
        }

        if (lengths.Count == 0)
            throw new InvalidDataException("There are no interactions to describe");
        lengths.Sort();
        int[] byPopularity = [.. events.Where(count => count > 0).OrderDescending()];
        long all = byPopularity.Sum(count => (long)count);
        int top = Math.Max(1, byPopularity.Length / 100);
        EventMonths? months = timeColumn is null ? null : EventMonths.Between(first, last, interactions.Schema[timeColumn].Type);
        for (int user = 0; months is not null && user < sequences.Users; user++)
            months.Add(sequences.Times.AsSpan((int)sequences.StartOf(user), sequences.LengthOf(user)));
        return new DataProfile
        {
            Users = lengths.Count,
            Items = byPopularity.Length,
            Events = all,
            MedianLength = (lengths[(lengths.Count - 1) / 2] + lengths[lengths.Count / 2]) / 2.0,
            LongestLength = lengths[^1],
            Lengths = LengthBins(lengths),
            Popularity = [.. Ranks(byPopularity.Length).Select(rank => new PopularityPoint(rank, byPopularity[rank - 1]))],
            TopShare = byPopularity.Take(top).Sum(count => (long)count) / (double)all,
            RareShare = byPopularity.Count(count => count < RareBelow) / (double)byPopularity.Length,
            Times = months?.Bins() ?? [],
            First = months?.First,
            Last = months?.Last,
        };
    }

    // Bins grow with length, since most users have few events and some have thousands.
    private static List<ProfileBin> LengthBins(List<int> ascending)
    {
        int[] starts = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000];
        var bins = new List<ProfileBin>();
        for (int i = 0; i < starts.Length && starts[i] <= ascending[^1]; i++)
        {
            int from = starts[i], below = i + 1 < starts.Length ? starts[i + 1] : int.MaxValue;
            if (below <= ascending[0])
                continue;
            string label = below == int.MaxValue ? $"{from:n0}+" : below == from + 1 ? $"{from}" : $"{from}–{below - 1}";
            bins.Add(new ProfileBin(label, ascending.Count(length => length >= from && length < below)));
        }

        return bins;
    }

    private static IEnumerable<int> Ranks(int items)
    {
        double step = Math.Log(items) / (CurvePoints - 1);
        return Enumerable.Range(0, CurvePoints).Select(i => Math.Min(items, (int)Math.Round(Math.Exp(i * step)))).Distinct();
    }
}
