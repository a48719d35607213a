using DuckDB.NET.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data;
using NJsonSchema;

namespace MlNetSeqRec.Tests.Data;

/// <summary>Recommendations for all users: what they are, and that neither shards nor interruptions can be told from the files.</summary>
public sealed class BulkRecommendationTests(BulkRecommendationTests.Shop shop) : IClassFixture<BulkRecommendationTests.Shop>, IDisposable
{
    private static readonly BulkRecommendationOptions _seven = new() { Parts = 7 };

    private readonly TemporaryFolder _folder = new();

    /// <summary>A model, and the folder that it was trained on with some strangers added.</summary>
    public sealed class Shop : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Shop()
        {
            var ml = new MLContext(1);
            (_, Model, _) = SmallShop.Train(ml, options => options.Epochs = 2);
            string[] lines = [.. ml.Data.CreateEnumerable<SmallShop.Event>(SmallShop.Events(ml), reuseRowObject: false).Select(e => $"{e.UserId}\t{e.ItemId}\t{e.Timestamp + 1_400_000_000}")];
            string[] strangers = ["stranger\tnew1\t1400000000", "ü \"x\"\ti3\t1400000001", "ü \"x\"\tnew2\t1400000002", "ü \"x\"\ti4\t1400000000"];
            _folder.Write("interactions.tsv", "user_id\titem_id\ttimestamp\n" + string.Join('\n', lines.Concat(strangers)) + "\n");
        }

        public SequentialRecommendationTransformer Model { get; }

        public string Data => _folder.Root;

        public void Dispose()
        {
            Model.Dispose();
            _folder.Dispose();
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheyAreWhatTheModelRecommendsForEachUsersWholeHistory()
    {
        BulkRecommendationReport report = Recommend("out", _seven);
        Assert.Equal((7, 7, 0, 152, 1520, true), (report.Parts, report.PartsOfShard, report.AlreadyThere, report.Users, report.Rows, report.IsComplete));

        var ml = new MLContext(1);
        IDataView histories = ml.SequentialRecommendation().Transforms.BuildSequences().Fit(Interactions()).Transform(Interactions());
        IDataView scored = shop.Model.Transform(histories);
        var expected = scored.GetColumn<string>("UserId").Zip(scored.GetColumn<string[]>("RecommendedItems"), scored.GetColumn<float[]>("Score")).ToDictionary(row => row.First);
        var rows = Rows("out");
        Assert.Equal(expected.Keys.Order(), rows.Select(row => row.User).Distinct().Order());
        foreach (var user in rows.GroupBy(row => row.User))
        {
            Assert.Equal(Enumerable.Range(1, 10), user.Select(row => row.Rank));
            Assert.Equal(expected[user.Key].Second, user.Select(row => row.Item));
            Assert.All(expected[user.Key].Third.Zip(user), pair => Assert.Equal(pair.First, pair.Second.Score, 1e-4f));
            Assert.All(user, row => Assert.Equal(user.Key == "stranger", row.Fallback));
        }

        IDataView Interactions() => ml.SequentialRecommendation().Data.LoadInteractions(shop.Data);
    }

    [Fact]
    public void APartHasItsUsersInTheOrderOfTheirIds()
    {
        Recommend("out", _seven);
        using DuckDBConnection connection = Sql.OpenMemory();
        foreach (string part in Directory.GetFiles(_folder["out"], "*.parquet"))
        {
            string[] users = [.. Sql.Rows(connection, $"SELECT user_id FROM '{part}'", row => row.GetString(0), TestContext.Current.CancellationToken).Distinct()];
            Assert.InRange(users.Length, 5, 50);
            Assert.Equal(users.Order(StringComparer.Ordinal), users);
        }
    }

    [Fact]
    public void FourShardsGiveTheBytesOfOneCallTogetherAndApart()
    {
        Recommend("whole", _seven);
        for (int shard = 1; shard <= 4; shard++)
        {
            BulkRecommendationReport report = Recommend("together", _seven with { Shard = shard, Shards = 4 });
            Assert.Equal((shard == 4, shard == 4), (report.IsComplete, File.Exists(_folder["together/_SUCCESS"])));
            Recommend($"apart/{shard}", _seven with { Shard = shard, Shards = 4 });
            Assert.False(File.Exists(_folder[$"apart/{shard}/_SUCCESS"]));
        }

        AssertSame("whole", "together");
        string[] apart = [.. Enumerable.Range(1, 4).SelectMany(shard => Directory.GetFiles(_folder[$"apart/{shard}"], "*.parquet"))];
        Assert.Equal(7, apart.Length);
        Assert.All(apart, part => Assert.Equal(File.ReadAllBytes(Path.Combine(_folder["whole"], Path.GetFileName(part))), File.ReadAllBytes(part)));
        Assert.Equal(0, Recommend("many", _seven with { Shard = 9, Shards = 10 }).PartsOfShard);
    }

    [Fact]
    public void WhatIsMissingIsWrittenAgainAndNothingElse()
    {
        Recommend("whole", _seven);
        Recommend("out", _seven);
        foreach (string name in new[] { "part-00001-of-00007.parquet", "part-00005-of-00007.parquet", "_SUCCESS" })
        {
            File.Delete(_folder["out/" + name]);
        }

        _folder.Write("out/.part-00001-of-00007.parquet.0123.tmp", "half"); // as a killed call leaves it
        File.SetLastWriteTimeUtc(_folder["out/part-00000-of-00007.parquet"], DateTime.UnixEpoch);
        BulkRecommendationReport report = Recommend("out", _seven);
        Assert.Equal((5, true), (report.AlreadyThere, report.IsComplete));
        Assert.InRange(report.Users, 10, 100);
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_folder["out/part-00000-of-00007.parquet"]));
        AssertSame("whole", "out");
        Assert.Equal((7, 0L), (Recommend("out", _seven).AlreadyThere, Recommend("out", _seven).Users));
    }

    [Fact]
    public void StoppedAfterAnyPartAndStartedAgainGivesTheSameBytes()
    {
        Recommend("whole", _seven);
        for (int stop = 1; stop < 8; stop++)
        {
            using var source = new CancellationTokenSource();
            int told = 0, stopAt = stop;
            Assert.ThrowsAny<OperationCanceledException>(() => BulkRecommendation.Run(shop.Model, shop.Data, _folder[$"out{stop}"], _seven, new Each(() =>
            {
                if (++told == stopAt)
                {
                    source.Cancel();
                }
            }), source.Token));
            Assert.Equal(stop - 1, Directory.GetFiles(_folder[$"out{stop}"], "*.parquet").Length);
            Assert.Equal(stop - 1, Recommend($"out{stop}", _seven).AlreadyThere);
            AssertSame("whole", $"out{stop}");
        }
    }

    [Fact]
    public void PartsOfDataAndPartitionsOfThem()
    {
        Recommend("whole", _seven);
        Directory.CreateDirectory(_folder["lake"]);
        using (DuckDBConnection connection = Sql.OpenMemory())
        {
            string events = $"(SELECT *, row_number() OVER () AS n FROM read_csv('{shop.Data}/interactions.tsv', quote=''))";
            for (int part = 0; part < 3; part++)
            {
                Directory.CreateDirectory(_folder[$"lake/month={part}"]);
                Sql.Execute(connection, $"COPY (SELECT user_id, item_id, timestamp FROM {events} WHERE n // 500 = {part} ORDER BY n) TO '{_folder[$"lake/month={part}/part-0.parquet"]}' (FORMAT parquet)", TestContext.Current.CancellationToken);
            }
        }

        BulkRecommendation.Run(shop.Model, _folder["lake"], _folder["out"], _seven, cancellation: TestContext.Current.CancellationToken);
        foreach (string part in Directory.GetFiles(_folder["whole"], "*.parquet"))
        {
            Assert.Equal(File.ReadAllBytes(part), File.ReadAllBytes(Path.Combine(_folder["out"], Path.GetFileName(part))));
        }

        long users = BulkRecommendation.Run(shop.Model, _folder["lake"], _folder["few"], _seven with { Partitions = ["month<1"] }, cancellation: TestContext.Current.CancellationToken).Users;
        Assert.InRange(users, 30, 100);
    }

    [Fact]
    public void AFolderOfOtherRecommendationsIsRefused()
    {
        Recommend("out", _seven);
        Refused("has recommendations of another model", () => BulkRecommendation.Run(shop.Model.With(new RankingOptions { Count = 3 }), shop.Data, _folder["out"], _seven, cancellation: TestContext.Current.CancellationToken));
        Refused("has recommendations in 7 parts, not 8", () => Recommend("out", new() { Parts = 8 }));
        string other = Directory.CreateDirectory(_folder["other"]).FullName;
        File.WriteAllText(Path.Combine(other, "interactions.tsv"), File.ReadAllText(Path.Combine(shop.Data, "interactions.tsv")).Replace("i3\t", "i5\t", StringComparison.Ordinal));
        Refused("has recommendations for other data", () => BulkRecommendation.Run(shop.Model, other, _folder["out"], _seven, cancellation: TestContext.Current.CancellationToken));

        foreach (string stamp in new[] { "", "{}", "[1]", "null" })
        {
            _folder.Write("out/_recommendations.json", stamp);
            Refused("_recommendations.json cannot be read", () => Recommend("out", _seven));
        }

        File.Delete(_folder["out/_recommendations.json"]);
        Refused("is there already, without _recommendations.json", () => Recommend("out", _seven));

        static void Refused(string expected, Action act)
        {
            string message = Assert.Throws<InvalidDataException>(act).Message;
            Assert.Contains(expected, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Theory]
    [InlineData(0, 4, 7, "The shards of 4 have the numbers 1 to 4")]
    [InlineData(5, 4, 7, "The shards of 4 have the numbers 1 to 4")]
    [InlineData(1, 0, 7, "There must be at least 1 shard")]
    [InlineData(1, -1, 7, "There must be at least 1 shard")]
    [InlineData(1, 1, 0, "There must be 1 to 100000 parts")]
    [InlineData(1, 1, 100_001, "There must be 1 to 100000 parts")]
    public void ShardsAndPartsThatThereAreNot(int shard, int shards, int parts, string expected)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Recommend("out", new() { Shard = shard, Shards = shards, Parts = parts }));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void WhatCannotBeReadOrWritten()
    {
        Assert.Throws<FileNotFoundException>(() => BulkRecommendation.Run(shop.Model, _folder["none"], _folder["out"], cancellation: TestContext.Current.CancellationToken));
        string file = _folder.Write("file", "");
        Assert.Contains("cannot be written to", Assert.Throws<IOException>(() => Recommend("file", _seven)).Message, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(file));
    }

    [Fact]
    public void AMillionInteractionsMakeAPart()
    {
        Assert.Equal([1, 1, 1, 2, 100_000], new[] { 0L, 1, 1_000_000, 1_000_001, 1_000_000_000_000 }.Select(MlNetSeqRec.Data.Bulk.UserParts.For));
        Assert.Equal(1, Recommend("out", null).Parts);
    }

    [Fact]
    public async Task TheFilesAreAsTheSchemasSay()
    {
        Recommend("out", _seven);
        string[] rows;
        using (DuckDBConnection connection = Sql.OpenMemory())
        {
            string parts = $"read_parquet('{_folder["out"]}/*.parquet') r";
            var columns = Sql.Rows(connection, $"DESCRIBE SELECT * FROM {parts}", row => $"{row.GetString(0)} {row.GetString(1)}", TestContext.Current.CancellationToken);
            Assert.Equal(["user_id VARCHAR", "rank INTEGER", "item_id VARCHAR", "score FLOAT", "popularity_fallback BOOLEAN"], columns);
            rows = [.. Sql.Rows(connection, $"SELECT CAST(to_json(r) AS VARCHAR) FROM {parts}", row => row.GetString(0), TestContext.Current.CancellationToken)];
        }

        await Valid("recommendations", rows);
        await Valid("recommendations-stamp", await File.ReadAllTextAsync(_folder["out/_recommendations.json"], TestContext.Current.CancellationToken));

        static async Task Valid(string schema, params string[] texts)
        {
            JsonSchema read = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "data-schemas", schema + ".schema.json"), TestContext.Current.CancellationToken);
            Assert.All(texts, text => Assert.Empty(read.Validate(text)));
        }
    }

    private BulkRecommendationReport Recommend(string folder, BulkRecommendationOptions? options) =>
        BulkRecommendation.Run(shop.Model, shop.Data, _folder[folder], options, cancellation: TestContext.Current.CancellationToken);

    private List<(string User, int Rank, string Item, float Score, bool Fallback)> Rows(string folder)
    {
        using DuckDBConnection connection = Sql.OpenMemory();
        return Sql.Rows(
            connection,
            $"SELECT * FROM '{_folder[folder]}/*.parquet' ORDER BY user_id, rank",
            row => (row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetFloat(3), row.GetBoolean(4)),
            TestContext.Current.CancellationToken);
    }

    private void AssertSame(string expected, string actual)
    {
        Assert.Equal(Names(expected), Names(actual));
        foreach (string? name in Names(expected))
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder[expected], name!)), File.ReadAllBytes(Path.Combine(_folder[actual], name!)));
        }

        string?[] Names(string folder) => [.. Directory.GetFiles(_folder[folder]).Select(Path.GetFileName).Order(StringComparer.Ordinal)];
    }

    private sealed class Each(Action act) : IProgress<string>
    {
        public void Report(string value) => act();
    }
}
