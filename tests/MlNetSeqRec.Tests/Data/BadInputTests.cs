using System.Text;
using CsCheck;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

public sealed class BadInputTests : IDisposable
{
    private const string Good = """{"reviewerID": "A1B2C3D4E5F6G7", "asin": "B000000001", "unixReviewTime": 1405296000}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private PreparationReport Prepare(params string[] files) =>
        Run.Prepare(new() { Reviews = files, OutputFolder = _folder["out"], MinUserEvents = 1 });

    private string Message<T>(params string[] files) where T : Exception
    {
        string message = Assert.Throws<T>(() => Prepare(files)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.Contains(Path.GetFileName(files[^1]), message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder["out"], "interactions.parquet")));
        Assert.False(Directory.Exists(Path.Combine(_folder["out"], ".prepare")));
        return message;
    }

    [Fact]
    public void EmptyFiles()
    {
        Assert.Contains("is empty", Message<InvalidDataException>(_folder.Write("empty.json", "")), StringComparison.Ordinal);
        Assert.Contains("is empty", Message<InvalidDataException>(_folder.Write("empty.gz", TemporaryFolder.Gzip([]))), StringComparison.Ordinal);
    }

    [Fact]
    public void CutAndDamagedGzip()
    {
        var lines = Enumerable.Range(0, 20_000).Select(n => Good.Replace("B00", $"B{(n % 90) + 10}", StringComparison.Ordinal) + "\n");
        byte[] packed = TemporaryFolder.Gzip(Encoding.UTF8.GetBytes(string.Concat(lines)));
        foreach (int length in new[] { 3, 10, packed.Length / 2, packed.Length - 9, packed.Length - 8, packed.Length - 4, packed.Length - 1 })
        {
            Assert.Contains("gzip", Message<InvalidDataException>(_folder.Write("cut.json.gz", packed[..length])), StringComparison.Ordinal);
        }

        byte[] damaged = [.. packed];
        damaged[packed.Length / 2] ^= 0x55;
        Message<InvalidDataException>(_folder.Write("damaged.json.gz", damaged));
        Message<InvalidDataException>(_folder.Write("trailing.json.gz", [.. packed, .. "garbage"u8]));
        Assert.Equal(40_000, Prepare(_folder.Write("two.json.gz", [.. packed, .. packed])).Interactions);
    }

    [Fact]
    public void WrongPaths()
    {
        Message<FileNotFoundException>(_folder["none.json"]);
        Message<FileNotFoundException>(_folder["none*.json"]);
        Message<FileNotFoundException>(Directory.CreateDirectory(_folder["folder"]).FullName);
        string file = _folder.Write("good.json", Good);
        var error = Assert.Throws<IOException>(() => Run.Prepare(new() { Reviews = [file], OutputFolder = Path.Combine(file, "out") }));
        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllLinesBroken()
    {
        Assert.Contains("none of", Message<InvalidDataException>(_folder.Write("text.json", "hello\nworld\n")), StringComparison.Ordinal);
        string late = Message<InvalidDataException>(_folder.Write("late.json", "\n" + Good.Replace("1405296000", "-1", StringComparison.Ordinal)));
        Assert.Contains("line 2: absurd time", late, StringComparison.Ordinal);
        string seconds = Message<InvalidDataException>(_folder.Write("ms.json", Good.Replace("1405296000", "1405296000000", StringComparison.Ordinal)));
        Assert.Contains("milliseconds", seconds, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesOfTwoLayouts()
    {
        string message = Message<InvalidDataException>(
            _folder.Write("a.json", Good), _folder.Write("b.csv", "B000000001,A1B2C3D4E5F6G7,5.0,1405296000\n"));
        Assert.Contains("a.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void RejectedLinesAreCountedWithTheirLineNumbers()
    {
        var lines = new List<string>
        {
            Good,
            "not json",
            Good.Replace("asin", "no", StringComparison.Ordinal),
            Good.Replace("reviewerID", "no", StringComparison.Ordinal),
            Good.Replace("B000000001", " ", StringComparison.Ordinal),
            "",
            Good.Replace("unixReviewTime", "no", StringComparison.Ordinal),
            Good.Replace("1405296000", "0", StringComparison.Ordinal),
            Good.Replace("1405296000", "-5", StringComparison.Ordinal),
            Good.Replace("1405296000", "99999999999", StringComparison.Ordinal),
            Good.Replace("1405296000", "\"soon\"", StringComparison.Ordinal),
            "[1, 2]",
            Good,
            Good[..40],
        };
        var report = Prepare(_folder.Write("r.json", string.Join('\n', lines)));
        Assert.Equal(2, report.Interactions);
        Assert.Equal(
            new Dictionary<string, long>
            {
                ["absurd time"] = 3,
                ["no item"] = 2,
                ["no time"] = 1,
                ["no user"] = 1,
                ["not JSON"] = 2,
                ["not a JSON object"] = 1,
                ["time is not a number"] = 1,
            },
            report.Rejected);
        Assert.Equal([8L, 9, 10], report.RejectedExamples.Where(line => line.Reason == "absurd time").Select(line => line.Line));
        Assert.Equal([2L, 14], report.RejectedExamples.Where(line => line.Reason == "not JSON").Select(line => line.Line));
        Assert.Equal(("read", 13L, 2L), (report.Stages[0].Name, report.Stages[0].In, report.Stages[0].Out));
    }

    [Fact]
    public void TextThatIsNotQuiteText()
    {
        byte[] good = Encoding.UTF8.GetBytes(Good);
        byte[] bytes =
        [
            .. "\uFEFF"u8, .. good, .. "\r\n"u8, .. "{\"x\": \""u8, 0xFF, 0xFE, .. "\"}\n"u8, .. "{\0}\r\n\r\n"u8, .. good, .. "\n"u8,
            .. Enumerable.Repeat((byte)'x', 5_000_000), .. "\n"u8, .. good, .. "\r\n"u8, .. "a\rb\n"u8, .. good,
        ];
        foreach (string file in new[] { _folder.Write("odd.json", bytes), _folder.Write("odd.json.gz", TemporaryFolder.Gzip(bytes)) })
        {
            var report = Prepare(file);
            Assert.Equal(4, report.Interactions);
            Assert.Equal(
                [("control character", 3L), ("control character", 8L), ("line too long", 6L), ("not UTF-8", 2L)],
                report.RejectedExamples.Select(line => (line.Reason, line.Line)));
        }
    }

    [Fact]
    public void LineNumbersAndOrderHoldInALongFile()
    {
        var text = new StringBuilder();
        for (int n = 1; n <= 400_000; n++)
        {
            text.Append(n == 399_999 ? "broken" : n % 7 == 0 ? "" : $"B{n:D9},A1B2C3D4E5F6{n % 1000},5.0,1405296000").Append('\n');
        }

        var report = Prepare(_folder.Write("long.csv", text.ToString()));
        Run.Prepare(new() { Reviews = [_folder["long.csv"]], OutputFolder = _folder["one"], MinUserEvents = 1, Threads = 1 });
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(_folder["one"], "interactions.parquet")),
            File.ReadAllBytes(Path.Combine(_folder["out"], "interactions.parquet")));
        Assert.Equal([new(_folder["long.csv"], 399_999, "wrong number of fields")], report.RejectedExamples);
        var items = Views.Events(Views.Catalog.LoadInteractions(_folder["out"])).Where(e => e.UserId == "A1B2C3D4E5F61").Select(e => e.ItemId).ToList();
        Assert.Equal(items.Order(StringComparer.Ordinal), items);
    }

    [Fact]
    public void NothingLeft()
    {
        string file = _folder.Write("one.json", Good);
        var error = Assert.Throws<InvalidDataException>(() => Run.Prepare(new() { Reviews = [file], OutputFolder = _folder["out"] }));
        Assert.Contains("no interaction is left", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RandomBytesNeverCrash() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        try
        {
            Views.Catalog.LoadAmazonReviews(_folder.Write("random", bytes));
        }
        catch (InvalidDataException)
        {
        }
    }, iter: 30, threads: 1);
}
