using System.Text;
using CsCheck;
using DuckDB.NET.Data;
using MlNetSeqRec.Data;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Tests.Data;

/// <summary>
/// Random bytes, and damaged good files, to every reader: it gives rows, or an <see cref="InvalidDataException"/> of one line that names
/// the file. CsCheck_Iter in the environment sets how many are tried: a quarter of it, as each takes some hundredths of a second.
/// </summary>
[Collection(nameof(HostileInputTests))]
public sealed class HostileInputTests : IDisposable
{
    private static readonly string[] Reviews =
    [
        """{"reviewerID": "A1B2C3D4E5F6G7", "asin": "B00000000#", "overall": 5.0, "reviewText": "it's, \"x\"", "unixReviewTime": 1405296000}""",
        """{"overall": 5.0, "verified": true, "reviewerID": "A1B2C3D4E5F6G7", "asin": "B00000000#", "unixReviewTime": 1405296000}""",
        """{"rating": 5.0, "asin": "B000000009", "parent_asin": "B00000000#", "user_id": "A1B2C3D4E5F6G7", "timestamp": 1405296000123}""",
        "A1B2C3D4E5F6G7,B00000000#,5.0,1405296000",
        "B00000000#,A1B2C3D4E5F6G7,5.0,1405296000",
        "B00000000#,\"A1B2C3D4E5F6G7\",5.0,1405296000",
        "user_id,parent_asin,rating,timestamp|A1B2C3D4E5F6G7,B00000000#,5.0,1405296000123",
        "user_id\titem_id\ttimestamp|A1B2C3D4E5F6G7\tB00000000#\t1405296000",
        "user_id\titem_id\tposition|A1B2C3D4E5F6G7\tB00000000#\t7",
        "item_id\tuser_id|B00000000#\tA1B2C3D4E5F6G7",
    ];

    private static readonly string[] Items =
    [
        """{'asin': 'B00000000#', 'title': "Bob's \xe9", 'price': 3.17, 'brand': 'Acme', 'categories': [['A', 'B & C'], ['D']], 'related': {'also_bought': []}}""",
        """{"category": ["A", "B & C"], "title": "Bob's \u00e9", "brand": "Acme", "asin": "B00000000#"}""",
        """{"main_category": "M", "title": "Bob's é", "store": null, "categories": ["A", "B & C"], "parent_asin": "B00000000#"}""",
        "item_id\ttitle\tcategories\tbrand|B00000000#\tBob's é\tA > B & C\tAcme",
        "item_id\ttitle\tgenres|B00000000#\tBob's é\tA B",
    ];

    private static readonly Gen<ReviewFormat> Formats = Gen.OneOf(Enum.GetValues<ReviewFormat>());

    private static readonly int Tries = (int)(Check.Iter / 4);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RandomBytes() => Gen.Select(Gen.Byte.Array[0, 300], Formats, Gen.OneOf("", "\u001f\u008b\b\0", "PAR1", "{", "{'asin': '", "user_id\titem_id\n", "item_id\ttitle\n"))
        .Sample((bytes, format, start) =>
        {
            byte[] all = [.. Encoding.Latin1.GetBytes(start), .. bytes];
            Try(all, path => Views.Events(Views.Catalog.LoadAmazonReviews(path, format)));
            Try(all, path => Views.Items(Views.Catalog.LoadAmazonItems(path, format)));
        }, iter: Tries);

    [Fact]
    public void DamagedReviews() => Gen.OneOf(Reviews).SelectMany(form => Damage.To(File(form)))
        .Sample(bytes => Try(bytes, path => Views.Events(Views.Catalog.LoadAmazonReviews(path))), iter: Tries);

    [Fact]
    public void DamagedItems() => Gen.OneOf(Items).SelectMany(form => Damage.To(File(form)))
        .Sample(bytes => Try(bytes, path => Views.Items(Views.Catalog.LoadAmazonItems(path))), iter: Tries);

    [Fact]
    public void DamagedGzip() => Gen.OneOf(Reviews).SelectMany(form => Damage.To(TemporaryFolder.Gzip(File(form))))
        .Sample(bytes => Try(bytes, path => Views.Events(Views.Catalog.LoadAmazonReviews(path))), iter: Tries);

    [Fact]
    public void DamagedParquet()
    {
        byte[] good = Parquet("SELECT 'u' || n % 3 AS user_id, 'i' || n AS item_id, 'T' || n AS title, 1405296000 + n AS timestamp FROM range(500) t(n)");
        Damage.To(good).Sample(bytes =>
        {
            Try(bytes, path => Views.Events(Views.Catalog.LoadInteractions(path)), ".parquet");
            Try(bytes, path => Views.Items(Views.Catalog.LoadItems(path)), ".parquet");
        }, iter: Tries);
    }

    /// <summary>Every line is a row or a reject; and what fails leaves no output.</summary>
    [Fact]
    public void NoLineIsLost() => Gen.Select(Gen.OneOf(Reviews).SelectMany(form => Damage.To(File(form))), Gen.Bool).Sample((bytes, packed) =>
    {
        string output = _folder[$"out-{Guid.NewGuid():N}"];
        Try(
            packed ? TemporaryFolder.Gzip(bytes) : bytes,
            path =>
            {
                ReviewLayout layout = ReviewLayoutDetector.Detect(path, ReviewFormat.Auto);
                long expected = Lines(bytes).Skip(layout.HeaderLines).Count(line => line.Trim(' ').Length > 0);
                var report = Run.Prepare(new() { Reviews = [path], OutputFolder = output, MinUserEvents = 0, Threads = 1 });
                long listed = System.IO.File.ReadLines(Path.Combine(output, "rejected.tsv")).LongCount() - 1;
                Assert.Equal(expected, report.Interactions + listed);
                Assert.Equal(listed, report.Rejected.Values.Sum());
                Assert.Equal(report.Interactions, Views.Events(Views.Catalog.LoadInteractions(output)).Count);
            });
        if (!System.IO.File.Exists(Path.Combine(output, "manifest.json")) && Directory.Exists(output))
        {
            Assert.All(Directory.GetFileSystemEntries(output), entry => Assert.Equal(".prepare", Path.GetFileName(entry)));
        }
    }, iter: Tries);

    private static IEnumerable<string> Lines(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        text = text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? text[3..] : text;
        return text.Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line);
    }

    private void Try(byte[] bytes, Action<string> read, string ending = "")
    {
        string path = _folder.Write($"{Guid.NewGuid():N}{ending}", bytes);
        try
        {
            read(path);
        }
        catch (InvalidDataException error)
        {
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(error.Message, char.IsControl);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    /// <summary>A file of a few lines; what stands before | is its header.</summary>
    private static byte[] File(string form)
    {
        string[] parts = form.Split('|');
        IEnumerable<string> lines = Enumerable.Range(0, 8).Select(n => parts[^1].Replace('#', (char)('0' + n)));
        return Encoding.UTF8.GetBytes(string.Join('\n', [.. parts[..^1], .. lines]) + "\n");
    }

    private byte[] Parquet(string select)
    {
        using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
        connection.Open();
        Sql.Execute(connection, $"COPY ({select}) TO {Sql.Literal(_folder["good.parquet"])} (FORMAT parquet, ROW_GROUP_SIZE 2048)", TestContext.Current.CancellationToken);
        return System.IO.File.ReadAllBytes(_folder["good.parquet"]);
    }
}
