using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

[Collection(nameof(LoadingTests))]
public sealed class LoadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("amazon2014/reviews_Beauty_5.json.gz", 198_215, 22_332, 12_086)]
    [InlineData("amazon2018/Office_Products.csv.gz", -1, -1, -1)]
    [InlineData("amazon2023/Industrial_and_Scientific.jsonl.gz", -1, -1, -1)]
    public void RealReviews(string file, int rows, int users, int items)
    {
        var events = Views.Events(Views.Catalog.LoadAmazonReviews(SharedData.Path(["raw", .. file.Split('/')])));
        Assert.NotEmpty(events);
        if (rows > 0)
        {
            Assert.Equal(rows, events.Count);
            Assert.Equal(users, events.DistinctBy(e => e.UserId).Count());
            Assert.Equal(items, events.DistinctBy(e => e.ItemId).Count());
        }

        Assert.All(events, e => Assert.InRange(e.Timestamp, 631152000, 1704067200));
        Assert.All(events, e => Assert.True(e.ItemId.Length == 10 && e.UserId.Length > 10));
    }

    [Fact]
    public void Formats()
    {
        const string json2014 = """{"reviewerID": "A1B2C3D4E5F6G7", "asin": "B000000001", "unixReviewTime": 1405296000, "reviewText": "it's, \"x\""}""";
        const string json2023 = """{"user_id": "A1B2C3D4E5F6G7", "asin": "B000000009", "parent_asin": "B000000001", "timestamp": 1405296000123}""";
        foreach (string text in new[]
        {
            json2014,
            json2023,
            "A1B2C3D4E5F6G7,B000000001,5.0,1405296000",
            "B000000001,A1B2C3D4E5F6G7,5.0,1405296000",
            "B000000001,\"A1B2C3D4E5F6G7\",5.0,1405296000",
            "user_id,parent_asin,rating,timestamp\nA1B2C3D4E5F6G7,B000000001,5.0,1405296000123",
            "user_id\titem_id\ttimestamp\nA1B2C3D4E5F6G7\tB000000001\t1405296000\n",
            "item_id\trating\ttimestamp\tuser_id\nB000000001\t\t1405296000\tA1B2C3D4E5F6G7\n",
        })
        {
            foreach (byte[] bytes in new[] { System.Text.Encoding.UTF8.GetBytes(text), TemporaryFolder.Gzip(System.Text.Encoding.UTF8.GetBytes(text)) })
            {
                var events = Views.Events(Views.Catalog.LoadAmazonReviews(_folder.Write("any", bytes)));
                Assert.Equal([new() { UserId = "A1B2C3D4E5F6G7", ItemId = "B000000001", Timestamp = 1405296000 }], events);
            }
        }
    }

    [Fact]
    public void AnExplicitFormatDecidesWhatContentCannot()
    {
        string file = _folder.Write("r.csv", "one,two,5.0,1405296000\n");
        Assert.Contains("r.csv", Assert.Throws<InvalidDataException>(() => Views.Catalog.LoadAmazonReviews(file)).Message, StringComparison.Ordinal);
        Assert.Equal("one", Views.Events(Views.Catalog.LoadAmazonReviews(file, ReviewFormat.Amazon2014))[0].UserId);
        Assert.Equal("two", Views.Events(Views.Catalog.LoadAmazonReviews(file, ReviewFormat.Amazon2018))[0].UserId);
    }

    [Fact]
    public void OrderOfFilesAndLinesIsKeptWithDuplicates()
    {
        string b = _folder.Write("b.csv", "B000000003,A1B2C3D4E5F6G7,5.0,1405296000\nB000000001,A1B2C3D4E5F6G7,5.0,1405296000\n");
        string a = _folder.Write("a.csv", "B000000002,A1B2C3D4E5F6G7,5.0,1405296000\nB000000002,A1B2C3D4E5F6G7,5.0,1405296000\n");
        string[] given = [.. Views.Events(Views.Catalog.LoadAmazonReviews([b, a])).Select(e => e.ItemId)];
        Assert.Equal(["B000000003", "B000000001", "B000000002", "B000000002"], given);
        string[] byPattern = [.. Views.Events(Views.Catalog.LoadAmazonReviews(_folder["*.csv"])).Select(e => e.ItemId)];
        Assert.Equal(["B000000002", "B000000002", "B000000003", "B000000001"], byPattern);
    }

    [Theory]
    [InlineData("it's a [1] *?.txt")]
    [InlineData("semi;colon \"quoted\" é.txt")]
    public void FileNamesAreTakenLiterally(string name)
    {
        string file = _folder.Write(name, "user_id\titem_id\nu'1\ti\"1; --\n u 2\ti,2\n");
        _folder.Write("it's a [1] xx.txt", "user_id\titem_id\nother\tother\n");
        var events = Views.Events(Views.Catalog.LoadAmazonReviews(file));
        Assert.Equal([("u'1", "i\"1; --", 1L), (" u 2", "i,2", 2L)], events.Select(e => (e.UserId, e.ItemId, e.Timestamp)));
    }

    [Fact]
    public void ViewsAreReadManyTimesAtOnce()
    {
        var lines = Enumerable.Range(0, 10_000).Select(n => $"u{n % 100}\ti{n}\t{n}");
        var view = Views.Catalog.LoadAmazonReviews(_folder.Write("r.tsv", "user_id\titem_id\tposition\n" + string.Join('\n', lines)));
        var first = Views.Events(view);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(n => (long)n), first.Select(e => e.Timestamp));
        using var one = view.GetRowCursor(view.Schema);
        using var two = view.GetRowCursor([view.Schema["ItemId"]]);
        while (one.MoveNext())
        {
            Assert.True(two.MoveNext());
        }

        Assert.Equal(first, Views.Events(view));
    }

    [Fact]
    public void ItemsOfEveryLayout()
    {
        const string dict2014 = """{'asin': 'B1', 'title': "Bob's \xe9", 'price': 3.17, 'brand': 'Acme', 'categories': [['A', 'B & C'], ['D']]}""";
        const string json2018 = """{"category": ["A", "B & C"], "title": "Bob's é", "brand": "Acme", "asin": "B1"}""";
        const string json2023 = """{"main_category": "M", "title": "Bob's é", "store": "Acme", "categories": ["A", "B & C"], "parent_asin": "B1"}""";
        const string tsv = "item_id\ttitle\tcategories\tbrand\nB1\tBob's é\tA > B & C\tAcme\n";
        foreach (string text in new[] { dict2014, json2018, json2023, tsv })
        {
            Views.Item expected = new() { ItemId = "B1", Title = "Bob's é", Brand = "Acme", Categories = "A > B & C" };
            Assert.Equal([expected], Views.Items(Views.Catalog.LoadAmazonItems(_folder.Write("meta", text))));
        }
    }

    [Fact]
    public void ItemsWithGaps()
    {
        string file = _folder.Write("meta", """
            {'asin': 'B1'}
            {"asin": "B2", "title": "var x = getTime()", "brand": null, "category": []}
            {"parent_asin": "B3", "title": "a\n\t b\u0000 ", "main_category": "M", "store": null, "categories": []}
            {"asin": "B1", "title": "second, but with a title"}
            {"asin": "B1", "title": "third"}
            """);
        Assert.Equal(
            [("B2", "", ""), ("B3", "a b", "M"), ("B1", "second, but with a title", "")],
            Views.Items(Views.Catalog.LoadAmazonItems(file)).Select(item => (item.ItemId, item.Title, item.Categories)));
    }

    [Theory]
    [InlineData("amazon2014-beauty", 198_215, 12_086, 0)]
    [InlineData("amazon2014-5core-std-beauty", 198_502, 12_101, 7)]
    [InlineData("movielens-100k", 100_000, 1_682, 0)]
    public void RealFolders(string name, int interactions, int items, int untitled)
    {
        string folder = SharedData.Path(name);
        var events = Views.Events(Views.Catalog.LoadInteractions(folder));
        Assert.Equal(interactions, events.Count);
        var read = Views.Items(Views.Catalog.LoadItems(folder));
        Assert.Equal(items, read.Count);
        Assert.Equal(untitled, read.Count(item => item.Title.Length == 0));
        Assert.Contains(read, item => item.Categories.Contains(" > ", StringComparison.Ordinal));
    }

    [Fact]
    public void AFolderWithoutItems()
    {
        _folder.Write("interactions.tsv", "user_id\titem_id\nu\ti\n");
        Assert.Single(Views.Events(Views.Catalog.LoadInteractions(_folder.Root)));
        Assert.Empty(Views.Items(Views.Catalog.LoadItems(_folder.Root)));
        Assert.Throws<FileNotFoundException>(() => Views.Catalog.LoadInteractions(_folder["none"]));
    }
}
