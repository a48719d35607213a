using System.Globalization;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

[Collection(nameof(PreparationTests))]
public sealed class PreparationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static readonly string[] Sources = ["reviews_Generated.json.gz", "meta_Generated.json.gz"];

    private PreparationOptions Generated(
        string output, int minItemEvents = 0, long? sample = null, int? threads = null, int seed = 0)
    {
        if (!File.Exists(_folder[Sources[0]]))
        {
            Run.Generate(_folder.Root, new() { Users = 500, Items = 300 });
        }

        return new()
        {
            Reviews = [_folder[Sources[0]]],
            Items = [_folder[Sources[1]]],
            OutputFolder = _folder[output],
            MinItemEvents = minItemEvents,
            SampleInteractions = sample,
            Threads = threads,
            Seed = seed,
        };
    }

    private List<Views.Event> Events(string output) => Views.Events(Views.Catalog.LoadInteractions(_folder[output]));

    [Fact]
    public void RealBeautyGivesTheKnownCounts()
    {
        var report = Run.Prepare(new()
        {
            Reviews = [SharedData.Path("raw", "amazon2014", "reviews_Beauty_5.json.gz")],
            Items = [SharedData.Path("raw", "amazon2014", "meta_Beauty.json.gz")],
            OutputFolder = _folder["raw"],
        });
        var known = CountsOf("amazon2014-beauty");
        Assert.Equal((22_332, 12_086, 198_215), known);
        Assert.Equal(known, (report.Users, report.Items, report.Interactions));
        Assert.Empty(report.Rejected);

        string tsv = SharedData.Path("amazon2014-beauty");
        report = Run.Prepare(new()
        {
            Reviews = [Path.Combine(tsv, "interactions.tsv.gz")],
            Items = [Path.Combine(tsv, "items.tsv.gz")],
            OutputFolder = _folder["tsv"],
        });
        Assert.Equal(known, (report.Users, report.Items, report.Interactions));

        // The same events: each user of the one has the items, titles and times of a user of the other, in the same order.
        Assert.Equal(Histories("raw"), Histories("tsv"));
    }

    /// <summary>Users, items and interactions of a folder, as the table that comes with the data says.</summary>
    private static (long Users, long Items, long Interactions) CountsOf(string folder)
    {
        string row = File.ReadLines(SharedData.Path("README.md")).First(line => line.StartsWith($"| {folder} |", StringComparison.Ordinal));
        long[] counts = [.. row.Split('|')[2..5].Select(cell => long.Parse(cell.Trim(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];
        return (counts[0], counts[1], counts[2]);
    }

    private List<string> Histories(string output)
    {
        var titles = Views.Items(Views.Catalog.LoadItems(_folder[output])).ToDictionary(item => item.ItemId, item => item.Title);
        return [.. Events(output).GroupBy(e => e.UserId)
            .Select(user => string.Join('|', user.Select(e => $"{titles[e.ItemId]} {e.Timestamp}"))).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("amazon2018", "Office_Products.csv.gz", "meta_Office_Products.json.gz")]
    [InlineData("amazon2023", "Industrial_and_Scientific.jsonl.gz", "meta_Industrial_and_Scientific.jsonl.gz")]
    public void RealPartialSets(string release, string reviews, string items)
    {
        var report = Run.Prepare(new()
        {
            Reviews = [SharedData.Path("raw", release, reviews)],
            Items = [SharedData.Path("raw", release, items)],
            OutputFolder = _folder["out"],
        });
        Assert.InRange(report.Users, 3_000, 3_500);
        Assert.Equal(report.Interactions, Events("out").Count);
        Assert.Equal(report.Items, Views.Items(Views.Catalog.LoadItems(_folder["out"])).Count);
    }

    [Fact]
    public void RowsAreSortedByUserTimeAndPlace()
    {
        string a = _folder.Write("a.tsv", "user_id\titem_id\ttimestamp\nv\t3\t1000000000\nu\t9\t1000000002\nu\t1\t1000000001\nv\t1\t1000000000\n");
        string b = _folder.Write("b.tsv", "user_id\titem_id\ttimestamp\nu\t8\t1000000002\nv\t2\t1000000000\nu\t9\t1000000002\n");
        Run.Prepare(new() { Reviews = [a, b], OutputFolder = _folder["out"], MinUserEvents = 1 });
        Assert.Equal(["u1", "u9", "u8", "u9", "v3", "v1", "v2"], Events("out").Select(e => e.UserId + e.ItemId));
        Assert.Equal(["1", "2", "3", "8", "9"], Views.Items(Views.Catalog.LoadItems(_folder["out"])).Select(item => item.ItemId));
    }

    [Fact]
    public void ReviewsOfItemsWithoutTitleGoBeforeUsersAreCounted()
    {
        var lines = Enumerable.Range(0, 5).Select(n => $"u\t{n}\t{1000000000 + n}").Concat(Enumerable.Range(1, 5).Select(n => $"v\t{n}\t1000000000"));
        string reviews = _folder.Write("r.tsv", "user_id\titem_id\ttimestamp\n" + string.Join('\n', lines));
        string items = _folder.Write("i.tsv", "item_id\ttitle\n" + string.Join('\n', Enumerable.Range(0, 6).Select(n => n == 0 ? "0\t" : $"{n}\tt{n}")));
        var report = Run.Prepare(new() { Reviews = [reviews], Items = [items], OutputFolder = _folder["out"] });
        Assert.Equal((1, 5, 5), (report.Users, report.Items, report.Interactions));
        Assert.Equal(1, report.Rejected["item without title"]);
        Assert.Equal(new RejectedLine(reviews, 2, "item without title"), Assert.Single(report.RejectedExamples));
        Assert.Equal(
            [("read", 10L, 10L), ("items", 6, 5), ("items with a title", 10, 9), ("users with enough events", 9, 5)],
            report.Stages.Take(4).Select(stage => (stage.Name, stage.In, stage.Out)));
    }

    [Fact]
    public void ACoreHoldsForUsersAndItems()
    {
        Run.Prepare(Generated("core", minItemEvents: 12));
        var events = Events("core");
        Assert.NotEmpty(events);
        Assert.All(events.CountBy(e => e.UserId), user => Assert.True(user.Value >= 5));
        Assert.All(events.CountBy(e => e.ItemId), item => Assert.True(item.Value >= 12));
    }

    [Fact]
    public void SamplesAreNestedAndOfAboutTheSizeAskedFor()
    {
        Run.Prepare(Generated("all"));
        HashSet<Views.Event> outer = [.. Events("all")];
        foreach (int size in new[] { 2_000, 1_000, 300 })
        {
            var report = Run.Prepare(Generated($"s{size}", sample: size));
            Assert.InRange(report.Interactions, size, size + 80);
            HashSet<Views.Event> sample = [.. Events($"s{size}")];
            Assert.True(sample.IsProperSubsetOf(outer));
            outer = sample;
        }

        Run.Prepare(Generated("other", sample: 300, seed: 7));
        Assert.False(outer.SetEquals(Events("other")));
    }

    [Fact]
    public void BytesDependOnNothingButInputAndSettings()
    {
        Run.Prepare(Generated("one", threads: 1));
        Run.Prepare(Generated("two", threads: 2));
        Run.Prepare(Generated("two", threads: 4));
        foreach (string name in new[] { "interactions.parquet", "items.parquet", "rejected.tsv", "tokens.parquet", "vocabulary.bin" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder["one"], name)), File.ReadAllBytes(Path.Combine(_folder["two"], name)));
        }

        Assert.Equal(["interactions.parquet", "items.parquet", "manifest.json", "rejected.tsv", "tokens.parquet", "vocabulary.bin"], Directory.GetFileSystemEntries(_folder["two"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void CancellingLeavesNothing()
    {
        using var source = new CancellationTokenSource();
        var stopAtFirstStep = new Reporter(_ => source.Cancel());
        Assert.Throws<OperationCanceledException>(() => DataPreparation.Run(Generated("out"), stopAtFirstStep, source.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["out"]));
    }

    private sealed class Reporter(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}
