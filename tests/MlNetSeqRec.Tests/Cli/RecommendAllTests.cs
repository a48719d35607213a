using System.Text.Json;

namespace MlNetSeqRec.Tests.Cli;

/// <summary>seqrec recommend --all as a process: in shards, killed, and asked for what there is not.</summary>
[Collection(nameof(RecommendAllTests))]
public sealed class RecommendAllTests(RecommendAllTests.Shop shop) : IClassFixture<RecommendAllTests.Shop>, IDisposable
{
    private readonly Data.TemporaryFolder _folder = new();

    /// <summary>3,000 shoppers, a model that was trained on a few of them, and the same with a re-ranker.</summary>
    public sealed class Shop : IDisposable
    {
        public Shop()
        {
            Folder.WriteShop("data", 3000);
            Folder.WriteShop("few", 60);
            Assert.Equal(0, Run(Folder.Root, "train", "--data", "few", "--out", "model.zip", "--epochs", "1", "--width", "16", "--heads", "2", "--device", "cpu", "--no-transitions", "--no-text-similarity").Code);
            Assert.Equal(0, Run(Folder.Root, "rerank", "--model", "model.zip", "--data", "few", "--out", "two.zip", "--candidates", "15", "--trees", "10").Code);
        }

        internal Data.TemporaryFolder Folder { get; } = new();

        public string this[string name] => Folder[name];

        public void Dispose() => Folder.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.zip")]
    [InlineData("two.zip")]
    public void FourShardsGiveTheFilesOfOneCall(string model)
    {
        string[] all = ["recommend", "--all", "--model", shop[model], "--data", shop["data"], "--k", "5", "--parts", "6", "--json"];
        using JsonDocument whole = Json([.. all, "--out", "whole"]);
        Assert.Equal((6, 3000, 15000), (whole.RootElement.GetProperty("parts").GetInt32(), whole.RootElement.GetProperty("users").GetInt32(), whole.RootElement.GetProperty("rows").GetInt32()));
        Assert.True(whole.RootElement.GetProperty("usersPerSecond").GetDouble() > 0);
        for (int shard = 4; shard >= 1; shard--)
        {
            using JsonDocument part = Json([.. all, "--out", "shards", "--shard", $"{shard}/4"]);
            Assert.Equal(shard == 1, part.RootElement.GetProperty("complete").GetBoolean());
        }

        AssertSame("whole", "shards");
    }

    [Fact]
    public void KilledAndStartedAgainGivesTheSameFiles()
    {
        string[] all = ["recommend", "--all", "--model", shop["model.zip"], "--data", shop["data"], "--parts", "60", "--out"];
        Assert.Equal(0, Run(_folder.Root, [.. all, "whole"]).Code);
        Directory.CreateDirectory(_folder["killed"]);
        foreach (int parts in new[] { 1, 20, 40 })
        {
            using ChildProcess process = Start(_folder.Root, [.. all, "killed"]);
            process.WaitUntil(() => Directory.GetFiles(_folder["killed"], "part-*").Length >= parts);
            process.Kill();
            Assert.InRange(Directory.GetFiles(_folder["killed"], "part-*").Length, parts, 59);
            Assert.False(File.Exists(_folder["killed/_SUCCESS"]));
        }

        Assert.Equal(0, Run(_folder.Root, [.. all, "killed"]).Code);
        AssertSame("whole", "killed");
    }

    [Theory]
    [InlineData("recommend needs either --history, or --all", "--model", "x")]
    [InlineData("recommend needs either --history, or --all", "--model", "x", "--history", "i1", "--all", "--data", "d", "--out", "o")]
    [InlineData("--shard goes with --all", "--model", "x", "--history", "i1", "--shard", "1/2")]
    [InlineData("--all needs --data", "--model", "x", "--all", "--out", "o")]
    [InlineData("--all needs --out", "--model", "x", "--all", "--data", "d")]
    [InlineData("--shard is 5/4; 1/4 to 4/4 were expected", "--model", "x", "--all", "--data", "d", "--out", "o", "--shard", "5/4")]
    [InlineData("--shard is 0/4; 1/4 to 4/4 were expected", "--model", "x", "--all", "--data", "d", "--out", "o", "--shard", "0/4")]
    [InlineData("--shard is 1/0; there must be at least 1 shard", "--model", "x", "--all", "--data", "d", "--out", "o", "--shard", "1/0")]
    [InlineData("--shard is 1/-2; there must be at least 1 shard", "--model", "x", "--all", "--data", "d", "--out", "o", "--shard", "1/-2")]
    [InlineData("--shard is 'first'; I/N was expected", "--model", "x", "--all", "--data", "d", "--out", "o", "--shard", "first")]
    [InlineData("--shard is '1/99999999999'; I/N was expected", "--model", "x", "--all", "--data", "d", "--out", "o", "--shard", "1/99999999999")]
    [InlineData("--parts is 0; at least 1 was expected", "--model", "x", "--all", "--data", "d", "--out", "o", "--parts", "0")]
    [InlineData("There is no model x", "--model", "x", "--all", "--data", "d", "--out", "o")]
    public void BadArguments(string expected, params string[] arguments)
    {
        Refuses(expected, arguments);
        Assert.False(Directory.Exists(_folder["o"]));
    }

    [Fact]
    public void BadData()
    {
        string[] all = ["--all", "--model", shop["model.zip"], "--out", "o"];
        Refuses("d does not exist", [.. all, "--data", "d"]);
        Refuses("'day' is no condition on a partition", [.. all, "--data", shop["data"], "--partition", "day"]);
        Refuses($"{shop["data"]}/interactions.tsv lies in no partition of 'day'", [.. all, "--data", shop["data"], "--partition", "day=1"]);
        Refuses("The model recommends 16 items, but only 15 candidates are re-ranked", "--all", "--model", shop["two.zip"], "--data", shop["data"], "--out", "o", "--k", "16");
    }

    [Fact]
    public void NewItemsThatARerankerDoesNotKnowAreMentioned()
    {
        string data = Directory.CreateDirectory(_folder["more"]).FullName;
        File.Copy(shop["few/interactions.tsv"], Path.Combine(data, "interactions.tsv"));
        File.WriteAllText(Path.Combine(data, "items.tsv"), File.ReadAllText(shop["few/items.tsv"]) + "new1\tThing 3\nnew2\tThing 4\n");
        (int code, string output, string error) = Run(_folder.Root, "evaluate", "--model", shop["two.zip"], "--data", data, "--json");
        Assert.True(code == 0, error);
        Assert.Contains("2 of the folder's 22 items are new to the model, and its re-ranker knows the model's items alone", error, StringComparison.Ordinal);
        using JsonDocument figures = JsonDocument.Parse(output);
        Assert.Equal(20, figures.RootElement.GetProperty("items").GetInt32());
        Assert.DoesNotContain("re-ranker", Run(_folder.Root, "evaluate", "--model", shop["two.zip"], "--data", shop["few"]).Error, StringComparison.Ordinal);
    }

    private void Refuses(string expected, params string[] arguments)
    {
        (int code, string output, string error) = Run(_folder.Root, ["recommend", .. arguments]);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("seqrec: " + expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private JsonDocument Json(string[] arguments)
    {
        (int code, string output, string error) = Run(_folder.Root, arguments);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output);
    }

    private void AssertSame(string expected, string actual)
    {
        string?[] names = [.. Directory.GetFiles(_folder[expected]).Select(Path.GetFileName).Order(StringComparer.Ordinal)];
        Assert.Equal(names, Directory.GetFiles(_folder[actual]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(_folder[expected], name!)), File.ReadAllBytes(Path.Combine(_folder[actual], name!))));
    }

    private static (int Code, string Output, string Error) Run(string folder, params string[] arguments)
    {
        using ChildProcess process = Start(folder, arguments);
        return process.Wait();
    }

    // What a killed process leaves goes with the test's folder.
    private static ChildProcess Start(string folder, string[] arguments) => new(folder, new() { ["TMPDIR"] = folder }, [.. ChildProcess.SeqRec, .. arguments]);
}
