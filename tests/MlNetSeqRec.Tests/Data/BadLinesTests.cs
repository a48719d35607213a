using System.Text;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

/// <summary>The same faults in every layout that is read line by line: what is good is kept, what is not is listed with its line.</summary>
[Collection(nameof(BadLinesTests))]
public sealed class BadLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Faults()
    {
        var data = new TheoryData<string, string, string>();
        foreach (string layout in new[] { "json 2014", "csv 2014", "csv 2018", "json 2023", "csv 2023", "tsv", "items json", "items python", "items tsv" })
        {
            foreach (var (fault, reason) in new[] { ("utf-8", "not UTF-8"), ("nul", "control character"), ("return", "control character"), ("50 MB", "line too long") })
            {
                data.Add(layout, fault, reason);
            }
        }

        return data;
    }

    private static string Line(string layout, int n) => layout switch
    {
        "json 2014" => $$"""{"reviewerID": "A1B2C3D4E5F6{{n}}", "asin": "B00000000{{n}}", "unixReviewTime": 1405296000}""",
        "csv 2014" => $"A1B2C3D4E5F6{n},B00000000{n},5.0,1405296000",
        "csv 2018" => $"B00000000{n},A1B2C3D4E5F6{n},5.0,1405296000",
        "json 2023" => $$"""{"user_id": "A1B2C3D4E5F6{{n}}", "parent_asin": "B00000000{{n}}", "timestamp": 1405296000123}""",
        "csv 2023" => $"A1B2C3D4E5F6{n},B00000000{n},5.0,1405296000123",
        "tsv" => $"A1B2C3D4E5F6{n}\tB00000000{n}\t1405296000",
        "items json" => $$"""{"asin": "B00000000{{n}}", "title": "T {{n}}"}""",
        "items python" => $$"""{'asin': 'B00000000{{n}}', 'title': 'T {{n}}'}""",
        _ => $"B00000000{n}\tT {n}",
    };

    private static string? Header(string layout) => layout switch
    {
        "csv 2023" => "user_id,parent_asin,rating,timestamp",
        "tsv" => "user_id\titem_id\ttimestamp",
        "items tsv" => "item_id\ttitle",
        _ => null,
    };

    private static byte[] Fault(string fault) => fault switch
    {
        "utf-8" => [.. "a\tb, "u8, 0xC3, 0x28, .. ",c"u8],
        "nul" => [.. "a\tb,\0,c"u8],
        "return" => [.. "a\tb,\r,c"u8],
        _ => Enumerable.Repeat((byte)'x', 50_000_000).ToArray(),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void AreListedAndTheOthersKept(string layout, string fault, string reason)
    {
        // A byte order mark, both kinds of line ends, and none at the end.
        using var bytes = new MemoryStream();
        bytes.Write("\uFEFF"u8);
        int header = Header(layout) is null ? 0 : 1;
        bytes.Write(Encoding.UTF8.GetBytes(header == 0 ? "" : Header(layout) + "\r\n"));
        bytes.Write(Encoding.UTF8.GetBytes(Line(layout, 1) + "\r\n"));
        bytes.Write([.. Fault(fault), .. "\n"u8]);
        bytes.Write(Encoding.UTF8.GetBytes(Line(layout, 2) + "\n\r\n"));
        bytes.Write([.. Fault(fault), .. "\r\n"u8]);
        bytes.Write(Encoding.UTF8.GetBytes(Line(layout, 3)));
        bool ofItems = layout.StartsWith("items", StringComparison.Ordinal);
        string file = _folder.Write("file", fault == "50 MB" ? bytes.ToArray() : TemporaryFolder.Gzip(bytes.ToArray()));
        string reviews = !ofItems ? file : _folder.Write("reviews", string.Join('\n', Enumerable.Range(1, 3).Select(n => Line("csv 2018", n))));
        var report = Run.Prepare(new() { Reviews = [reviews], Items = ofItems ? [file] : [], OutputFolder = _folder["out"], MinUserEvents = 1 });
        Assert.Equal((3, 3, 3), (report.Users, report.Items, report.Interactions));
        string told = ofItems ? "items: " + reason : reason;
        Assert.Equal([new(file, header + 2, told), new(file, header + 5, told)], report.RejectedExamples);
        Assert.Equal(
            [$"{file}\t{header + 2}\t{told}", $"{file}\t{header + 5}\t{told}"], File.ReadAllLines(Path.Combine(_folder["out"], "rejected.tsv")).Skip(1));
    }

    [Fact]
    public void QuotedFieldsOfRatings()
    {
        string file = _folder.Write("r.csv", """
            B000000001,A1B2C3D4E5F6G7,5.0,1405296000
            "B000000002","A, ""the"" B",5.0,"1405296000"
            B000000003,it's; DROP TABLE users --,5.0,1405296000
            B000000004,"never closed,5.0,1405296000
            B000000005,A1B2C3D4E5F6G8,5.0,1405296000
            """);
        var report = Run.Prepare(new() { Reviews = [file], OutputFolder = _folder["out"], MinUserEvents = 1 });
        Assert.Equal(
            [("A, \"the\" B", "B000000002"), ("A1B2C3D4E5F6G7", "B000000001"), ("A1B2C3D4E5F6G8", "B000000005"), ("it's; DROP TABLE users --", "B000000003")],
            Views.Events(Views.Catalog.LoadInteractions(_folder["out"])).Select(e => (e.UserId, e.ItemId)));
        Assert.Equal((file, 4L), (report.RejectedExamples.Single().File, report.RejectedExamples.Single().Line));
    }

    [Theory]
    [InlineData("csv 2018", 1)]
    [InlineData("csv 2023", 1_000)]
    [InlineData("json 2014", 1)]
    [InlineData("json 2023", 1_000)]
    public void TimesBeforeReviewsAndOfTheFuture(string layout, int perSecond)
    {
        long nextYear = new DateTimeOffset(DateTime.UtcNow.Year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        long[] absurd = [nextYear, nextYear + (20L * 365 * 86_400), -1, -1405296000, 0, 631_151_999, long.MaxValue / perSecond];
        long[] good = [631_152_000, 1_405_296_000, nextYear - 1];
        string time = perSecond == 1 ? "1405296000" : "1405296000123";
        var lines = good.Concat(absurd).Select((seconds, n) => Line(layout, 1).Replace(time, $"{seconds * perSecond}", StringComparison.Ordinal));
        string file = _folder.Write("r", string.Join('\n', [.. Header(layout) is { } header ? new[] { header } : [], .. lines]));
        var report = Run.Prepare(new() { Reviews = [file], OutputFolder = _folder["out"], MinUserEvents = 1 });
        Assert.Equal(good, Views.Events(Views.Catalog.LoadInteractions(_folder["out"])).Select(e => e.Timestamp));
        Assert.Equal(absurd.Length, report.Rejected["absurd time"]);
    }

    [Fact]
    public void RatingsWhoseColumnsStandInAnotherOrder()
    {
        string[] files = [_folder.Write("a.csv", Line("csv 2018", 1)), _folder.Write("b.csv", Line("csv 2014", 1))];
        string message = Assert.Throws<InvalidDataException>(() => Run.Prepare(new() { Reviews = files, OutputFolder = _folder["out"] })).Message;
        Assert.Contains("b.csv has the layout 'amazon2014 user,item,rating,time'", message, StringComparison.Ordinal);
        Assert.Contains("a.csv has 'amazon2018 item,user,rating,time'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ItemFilesThatAreCutOrNoFiles()
    {
        string reviews = _folder.Write("r.csv", Line("csv 2018", 1));
        byte[] packed = TemporaryFolder.Gzip(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 5_000).Select(n => Line("items json", n)))));
        string[] faulty =
        [
            _folder.Write("cut.json.gz", packed[..(packed.Length / 2)]),
            _folder.Write("end.json.gz", packed[..^3]),
            _folder.Write("trailing.json.gz", [.. packed, .. "garbage"u8]),
            _folder.Write("empty.json", ""),
            _folder.Write("text.json", "hello\n"),
            Directory.CreateDirectory(_folder["folder"]).FullName,
            _folder["absent.json"],
        ];
        foreach (string file in faulty)
        {
            Exception error = Assert.ThrowsAny<Exception>(
                () => Run.Prepare(new() { Reviews = [reviews], Items = [file], OutputFolder = _folder["out"], MinUserEvents = 1 }));
            Assert.True(error is InvalidDataException or IOException, error.ToString());
            Assert.Contains(Path.GetFileName(file), error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
            Assert.Empty(Directory.GetFiles(_folder["out"]));
        }
    }
}
