using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

public sealed class GeneratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheSameSeedGivesTheSameFiles()
    {
        var one = Run.Generate(_folder["one"], new() { Users = 100 });
        var two = Run.Generate(_folder["two"], new() { Users = 100 });
        var other = Run.Generate(_folder["other"], new() { Users = 100, Seed = 2 });
        Assert.Equal(File.ReadAllBytes(one.Reviews), File.ReadAllBytes(two.Reviews));
        Assert.Equal(File.ReadAllBytes(one.Items), File.ReadAllBytes(two.Items));
        Assert.NotEqual(File.ReadAllBytes(one.Reviews), File.ReadAllBytes(other.Reviews));
    }

    [Fact]
    public void TheDefaultIsPreparedWithoutLoss()
    {
        var files = Run.Generate(_folder.Root);
        var report = Run.Prepare(new() { Reviews = [files.Reviews], Items = [files.Items], OutputFolder = _folder["out"] });
        Assert.Equal(2_000, report.Users);
        Assert.InRange(report.Items, 700, 800);
        Assert.InRange(report.Interactions, 18_000, 22_000);
        Assert.Equal(files.Interactions, report.Interactions);
        Assert.Empty(report.Rejected);
        var items = Views.Items(Views.Catalog.LoadItems(_folder["out"]));
        Assert.Equal(items.Count, items.DistinctBy(item => item.Title).Count());
        Assert.All(items, item => Assert.StartsWith("Generated > ", item.Categories, StringComparison.Ordinal));
        Assert.All(items, item => Assert.StartsWith(item.Brand, item.Title, StringComparison.Ordinal));
    }

    [Fact]
    public void BrokenLinesAreRejectedAndOthersKept()
    {
        var files = Run.Generate(_folder.Root, new() { Users = 300, BrokenLineRate = 0.05 });
        var report = Run.Prepare(new() { Reviews = [files.Reviews], Items = [files.Items], OutputFolder = _folder["out"] });
        Assert.InRange(files.BrokenLines, files.Interactions / 30, files.Interactions / 12);
        Assert.Equal(files.BrokenLines, report.Rejected.Values.Sum());
        Assert.Equal(files.Interactions, report.Interactions);
        Assert.Equal(["absurd time", "no item", "no time", "no user", "not JSON"], report.Rejected.Keys);
    }

    [Theory]
    [InlineData(1, 12)]
    [InlineData(3, 13)]
    [InlineData(50, 5_000)]
    public void AnySize(int users, int items)
    {
        var files = Run.Generate(_folder.Root, new() { Users = users, Items = items, MeanEvents = 5 });
        Assert.Equal(users * 5, files.Interactions);
        Assert.Equal(items, Views.Items(Views.Catalog.LoadAmazonItems(files.Items)).Count);
    }

    /// <summary>Leave-one-out NDCG@10 of two simple rules: neither may come near solving the default data.</summary>
    [Fact]
    public void SimpleRulesDoNotSolveIt()
    {
        var files = Run.Generate(_folder.Root);
        var histories = Views.Events(Views.Catalog.LoadAmazonReviews(files.Reviews)).GroupBy(e => e.UserId)
            .Select(user => user.Select(e => e.ItemId).ToList()).ToList();
        var popularity = histories.SelectMany(h => h[..^1]).CountBy(item => item).ToDictionary();
        var successors = histories.SelectMany(h => h[..^1].Zip(h[1..^1])).CountBy(pair => pair).ToLookup(p => p.Key.First, p => (p.Key.Second, p.Value));
        double byPopularity = 0, bySuccessor = 0;
        foreach (var history in histories)
        {
            byPopularity += Gain(popularity.OrderByDescending(p => p.Value).Select(p => p.Key), history[^1]);
            bySuccessor += Gain(
                successors[history[^2]].OrderByDescending(s => s.Value).ThenByDescending(s => popularity[s.Second]).Select(s => s.Second), history[^1]);
        }

        TestContext.Current.SendDiagnosticMessage($"popularity {byPopularity / histories.Count:F4}, successor {bySuccessor / histories.Count:F4}");
        Assert.InRange(byPopularity / histories.Count, 0.015, 0.04);
        Assert.InRange(bySuccessor / histories.Count, 0.02, 0.2);
    }

    private static double Gain(IEnumerable<string> ranking, string target)
    {
        int rank = ranking.Take(10).ToList().IndexOf(target);
        return rank < 0 ? 0 : 1 / Math.Log2(rank + 2);
    }
}
