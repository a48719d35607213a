using Microsoft.ML;
using MlNetSeqRec.Experiments.Reports;

namespace MlNetSeqRec.Tests.Reports;

public class DataProfileTests
{
    private static readonly MLContext _ml = new(1);

    [Fact]
    public void ItCountsWhatThereIs()
    {
        long day = new DateTimeOffset(2014, 5, 30, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        // Shopper u has u events, of the items from i0 on, one each month from May 2014: i0 has 12 events, i1 eleven, …
        DataProfile profile = DataProfile.Of(View(Enumerable.Range(1, 12).SelectMany(u => Enumerable.Range(0, u).Select(i => ($"u{u}", $"i{i}", day + (i * 30 * 86400L))))));
        Assert.Equal((12, 12, 78L, 6.5, 12), (profile.Users, profile.Items, profile.Events, profile.MedianLength, profile.LongestLength));
        Assert.Equal(
            [new("1", 1), new("2", 1), new("3", 1), new("4", 1), new("5", 1), new("6–7", 2), new("8–9", 2), new("10–14", 3)],
            profile.Lengths);
        Assert.Equal(Enumerable.Range(1, 12).Select(rank => new PopularityPoint(rank, 13 - rank)), profile.Popularity);
        Assert.Equal(12 / 78.0, profile.TopShare);
        Assert.Equal(4 / 12.0, profile.RareShare);
        Assert.Equal((new DateOnly(2014, 5, 30), new DateOnly(2015, 4, 25)), (profile.First, profile.Last));
        Assert.Equal(("2014-05", 12, "2015-04", 78L), (profile.Times[0].Label, profile.Times[0].Count, profile.Times[^1].Label, profile.Times.Sum(bin => bin.Count)));
        Assert.Equal(12, profile.Times.Count);
    }

    [Fact]
    public void LongTimesAreCountedByQuarterOrYear()
    {
        IEnumerable<(string User, string Item, long Time)> Between(int first, int last) =>
            [("u", "i", Seconds(first)), ("u", "j", Seconds(last))];
        Assert.Equal("2010 Q1", DataProfile.Of(View(Between(2010, 2015))).Times[0].Label);
        Assert.Equal(21, DataProfile.Of(View(Between(2010, 2015))).Times.Count);
        Assert.Equal(["1996", "2013"], DataProfile.Of(View(Between(1996, 2013))).Times.Select(bin => bin.Label).Where(label => label is "1996" or "2013"));
    }

    [Fact]
    public void MillisecondsAreDatesAndPositionsAreNot()
    {
        Assert.Equal(new DateOnly(2014, 1, 1), DataProfile.Of(View([("u", "i", Seconds(2014) * 1000)])).First);
        DataProfile positions = DataProfile.Of(View([("u", "i", 0), ("u", "j", 1)]));
        Assert.Empty(positions.Times);
        Assert.Null(positions.First);
        Assert.Equal(2, DataProfile.Of(View([("u", "i", 0), ("u", "j", 1)]), timeColumn: null).Events);
    }

    [Fact]
    public void TheCurveOfManyItemsHasFewPointsFromTheFirstToTheLast()
    {
        DataProfile profile = DataProfile.Of(View(Enumerable.Range(0, 30_000).Select(i => ("u", $"i{i % 20_000}", (long)i))));
        Assert.InRange(profile.Popularity.Count, 40, 60);
        Assert.Equal((1, 2L, 20_000, 1L), (profile.Popularity[0].Rank, profile.Popularity[0].Events, profile.Popularity[^1].Rank, profile.Popularity[^1].Events));
    }

    [Fact]
    public void NothingToDescribeIsAnError() => Assert.Throws<InvalidDataException>(() => DataProfile.Of(View([])));

    private static long Seconds(int year) => new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    private static IDataView View(IEnumerable<(string User, string Item, long Time)> events) => _ml.Data.LoadFromEnumerable(
        events.Select(one => new SmallShop.Event { UserId = one.User, ItemId = one.Item, Timestamp = one.Time }).ToArray());
}
