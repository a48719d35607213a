using System.Globalization;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

/// <summary>What the preparation of a large corpus does beside reading: quarantine, removal of users, nested samples, categories.</summary>
[Collection(nameof(CorpusTests))]
public sealed class CorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Ratings(string name, IEnumerable<string> lines) => _folder.Write(name, string.Join('\n', lines) + "\n");

    private static IEnumerable<string> Good(int count) => Enumerable.Range(0, count).Select(n => $"B{n % 90:D9},A1B2C3D4E5F6{n % 50},5.0,{1405296000 + n}");

    private HashSet<Views.Event> Events(params string[] output) => [.. Views.Events(Views.Catalog.LoadInteractions(_folder[Path.Combine(output)]))];

    [Fact]
    public void EveryBrokenLineIsListed()
    {
        string[] lines = [.. Good(5_000)];
        var random = new Random(5);
        var broken = new SortedDictionary<int, string>();
        while (broken.Count < 50)
        {
            int at = random.Next(1, lines.Length);
            (lines[at], broken[at + 1]) = (at % 3) switch
            {
                0 => ("B000000001,A1B2C3D4E5F61,5.0", "wrong number of fields"),
                1 => ("B000000001,   ,5.0,1405296000", "no user"),
                _ => ("B000000001,A1B2C3D4E5F61,5.0,-1", "absurd time"),
            };
        }

        string file = Ratings("ratings.csv", lines);
        var report = Run.Prepare(new() { Reviews = [file], OutputFolder = _folder["out"] });
        Assert.Equal(lines.Length - broken.Count, report.Stages[0].Out);
        var rejected = File.ReadAllLines(_folder[Path.Combine("out", "rejected.tsv")]);
        Assert.Equal("file\tline\treason", rejected[0]);
        Assert.Equal(broken.Select(line => $"{file}\t{line.Key}\t{line.Value}"), rejected.Skip(1));
    }

    [Fact]
    public void TooManyBrokenLinesStopTheRun()
    {
        string file = Ratings("ratings.csv", Good(10_000).Concat(Enumerable.Repeat("x", 1_200)));
        var options = new PreparationOptions { Reviews = [file], OutputFolder = _folder["out"] };
        string message = Assert.Throws<InvalidDataException>(() => Run.Prepare(options)).Message;
        Assert.Contains("1200 of its 11200 lines are broken, more than the 5%", message, StringComparison.Ordinal);
        Assert.Contains("line 10001: wrong number of fields", message, StringComparison.Ordinal);
        Assert.Equal(10_000, Run.Prepare(options with { MostBrokenLines = 0.2 }).Interactions);
    }

    [Fact]
    public void UsersOfADownstreamSetAreLeftOut()
    {
        string all = Ratings("all.csv", Good(1_000)), downstream = Ratings("down.csv", Good(20));
        Run.Prepare(new() { Reviews = [downstream], OutputFolder = _folder["down"], MinUserEvents = 1 });
        foreach (string set in new[] { _folder["down"], downstream, Path.Combine(_folder["down"], "interactions.parquet") })
        {
            var report = Run.Prepare(new() { Reviews = [all], OutputFolder = _folder["out"], ExcludeUsersOf = [set] });
            Assert.Equal(30, report.Users);
            Assert.Empty(Events("down").Select(e => e.UserId).Intersect(Events("out").Select(e => e.UserId)));
            Assert.Contains(report.Stages, stage => stage is { Name: "users of no other set", In: 1_000, Out: 600 });
        }

        string message = Assert.Throws<FileNotFoundException>(
            () => Run.Prepare(new() { Reviews = [all], OutputFolder = _folder["out"], ExcludeUsersOf = [_folder["nothing"]] })).Message;
        Assert.Contains("nothing", message, StringComparison.Ordinal);
    }

    [Fact]
    public void SamplesMadeTogetherAreNestedAndEqualThoseMadeAlone()
    {
        string file = Ratings("all.csv", Good(3_000));
        var options = new PreparationOptions { Reviews = [file], OutputFolder = _folder["sets"], Seed = 3 };
        long[] sizes = [1_000, 100, 500];
        Assert.Equal(3, DataPreparation.RunSamples(options, sizes, null, TestContext.Current.CancellationToken).Count);
        HashSet<Views.Event> outer = Events("sets", "1000");
        foreach (int size in new[] { 500, 100 })
        {
            var inner = Events("sets", size.ToString(CultureInfo.InvariantCulture));
            Assert.InRange(inner.Count, size, size + 60);
            Assert.True(inner.IsProperSubsetOf(outer));
            outer = inner;
        }

        Run.Prepare(options with { OutputFolder = _folder["alone"], SampleInteractions = 500, Threads = 1 });
        Assert.Equal(
            File.ReadAllBytes(_folder[Path.Combine("alone", "interactions.parquet")]),
            File.ReadAllBytes(_folder[Path.Combine("sets", "500", "interactions.parquet")]));
        Assert.False(Directory.Exists(_folder[Path.Combine("sets", ".prepare")]));
    }

    [Fact]
    public void ThreeCategoriesOfFewerThanFortyCharactersStay()
    {
        string reviews = Ratings("r.csv", Good(500));
        string title = "\"title\": \"T\", \"category\"";
        string items = _folder.Write("i.json", string.Join('\n', Enumerable.Range(0, 90).Select(n =>
            $"{{\"asin\": \"B{n:D9}\", {title}: [\"a\", \"{new string('x', 40)}\", \"{new string('y', 39)}\", \"b\", \"c\"]}}")));
        Run.Prepare(new() { Reviews = [reviews], Items = [items], OutputFolder = _folder["out"] });
        Assert.All(
            Views.Items(Views.Catalog.LoadItems(_folder["out"])),
            item => Assert.Equal($"a > {new string('y', 39)} > b", item.Categories));
    }

    [Fact]
    public void PatternsStandInAnyPartOfAPath()
    {
        string[] lines = [.. Good(300)];
        for (int n = 0; n < 3; n++)
        {
            Directory.CreateDirectory(_folder[$"part-{n}"]);
            Ratings(Path.Combine($"part-{n}", "r.csv"), lines.Skip(n * 100).Take(100));
        }

        var report = Run.Prepare(new() { Reviews = [_folder[Path.Combine("part-*", "*.csv")]], OutputFolder = _folder["out"] });
        Assert.Equal(300, report.Interactions);
    }

    [Theory]
    [InlineData("4GB", "2800MB")]
    [InlineData("800 MB", "560MB")]
    [InlineData("2gib", "1400MB")]
    public void AnAmountOfMemoryIsShared(string amount, string share) => Assert.Equal(share, Memory.ShareOf(amount));

    [Theory]
    [InlineData("4")]
    [InlineData("much")]
    [InlineData("100MB")]
    [InlineData("-4GB")]
    public void AnAmountThatMakesNoSenseIsNamed(string amount) =>
        Assert.Contains(amount, Assert.Throws<ArgumentException>(() => Memory.ShareOf(amount)).Message, StringComparison.Ordinal);

    [Fact]
    public void AFullDiskIsToldWithWhatIsNeeded()
    {
        string file = Ratings("r.csv", Good(10));
        var full = new IOException("No space left on device", 28);
        string message = Resources.Explain(full, _folder.Root, [file], null).Message;
        Assert.StartsWith("The disk is full: preparing these files takes about", message, StringComparison.Ordinal);
        Assert.Contains("are free now", message, StringComparison.Ordinal);
    }
}
