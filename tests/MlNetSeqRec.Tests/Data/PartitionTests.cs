using DuckDB.NET.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

/// <summary>Parquet in parts, read where it lies: of which parts, which columns, and in which order.</summary>
public sealed class PartitionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TenPartsGiveTheCountsTheFilesAndTheModelOfOne()
    {
        AmazonLikeFiles raw = Run.Generate(_folder["raw"], new() { Users = 300, Items = 60 });
        Directory.CreateDirectory(_folder["one"]);
        Directory.CreateDirectory(_folder["ten/interactions.parquet"]);
        string events = $"(SELECT *, row_number() OVER () - 1 AS n FROM read_json('{raw.Reviews}', columns={{reviewerID: 'VARCHAR', asin: 'VARCHAR', unixReviewTime: 'BIGINT'}}))";
        const string columns = "SELECT reviewerID AS user_id, asin AS item_id, unixReviewTime AS timestamp";
        Copy("one/interactions.parquet", $"{columns} FROM {events} ORDER BY n");
        for (int part = 0; part < 10; part++)
        {
            Copy($"ten/interactions.parquet/part-{part:D5}.parquet", $"{columns}, 'x' AS other FROM {events} WHERE n // 300 = {part} OR (n // 300 > 9 AND {part} = 9) ORDER BY n");
        }

        (UserSequences one, UserSequences ten) = (Sequences("one"), Sequences("ten"));
        Assert.Equal((one.Users, one.Items.Length), (ten.Users, ten.Items.Length));
        Assert.Equal(Enumerable.Range(0, one.Users).Select(one.UserId), Enumerable.Range(0, ten.Users).Select(ten.UserId));
        Assert.Equal(one.ItemIds, ten.ItemIds);
        Assert.Equal(one.Items, ten.Items);
        Assert.Equal(one.Times!, ten.Times!);
        Assert.Equal(NestedSamples.FingerprintOf(_folder["one"]), NestedSamples.FingerprintOf(_folder["ten"]));
        Assert.Equal(Train("one"), Train("ten"));

        foreach (string folder in new[] { "one", "ten" })
        {
            Run.Prepare(new() { Reviews = [_folder[folder]], Items = [raw.Items], OutputFolder = _folder[folder + "-prepared"] });
        }

        foreach (string file in new[] { "interactions.parquet", "items.parquet", "vocabulary.bin", "tokens.parquet" })
        {
            Assert.Equal(File.ReadAllBytes(_folder["one-prepared/" + file]), File.ReadAllBytes(_folder["ten-prepared/" + file]));
        }
    }

    [Fact]
    public void ManyRowsOfSeveralPartsAndRowGroupsComeInTheirOrder()
    {
        for (int part = 0; part < 3; part++)
        {
            Write($"in/part-{part}.parquet", $"SELECT 'u' || n % 1000 AS user_id, {part} * 200000 + n AS item_id, 1405296000 AS timestamp FROM range(200000) t(n)");
        }

        IDataView view = Views.Catalog.LoadInteractions(_folder["in"]);
        Assert.Equal(Enumerable.Range(0, 600_000), view.GetColumn<string>("ItemId").Select(int.Parse));
        UserSequences sequences = UserSequences.Read(view, "UserId", "ItemId", "Timestamp");
        Assert.Equal(1000, sequences.Users);
        string[] ofFirst = [.. sequences.Items.AsSpan((int)sequences.StartOf(0), sequences.LengthOf(0)).ToArray().Select(item => sequences.ItemIds[item])];
        Assert.Equal(Enumerable.Range(0, 600).Select(n => $"{n * 1000}"), ofFirst);
    }

    [Fact]
    public void OfAPartOnlyTheColumnsThatAreNeededAreRead()
    {
        Write("in/part-0.parquet", "SELECT 'u' || n % 7 AS user_id, 'i' || n AS item_id, 1405296000 AS timestamp, md5(n::VARCHAR) AS note FROM range(1000) t(n)");
        Damage("in/part-0.parquet", "note");
        Assert.Equal(1000, Load().Count);
        Assert.Equal(1000, Sequences("in").Items.Length);
        Assert.Equal(1000, Run.Prepare(new() { Reviews = [_folder["in"]], OutputFolder = _folder["out"] }).Interactions);
        using DuckDBConnection connection = Sql.OpenMemory(); // the damage is there
        Assert.Throws<DuckDBException>(() => Sql.Number(connection, $"SELECT count(DISTINCT note) FROM '{_folder["in/part-0.parquet"]}'", TestContext.Current.CancellationToken));

        Damage("in/part-0.parquet", "item_id");
        Assert.StartsWith($"{_folder["in/part-0.parquet"]} cannot be read", Assert.Throws<InvalidDataException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APartThatGoesAfterwardsIsNamedWhenItIsRead()
    {
        Write("in/part-0.parquet", "SELECT 'u' AS user_id, 'i' AS item_id, 1405296000 AS timestamp");
        Write("in/part-1.parquet", "SELECT 'u' AS user_id, 'j' AS item_id, 1405296000 AS timestamp");
        IDataView view = Views.Catalog.LoadInteractions(_folder["in"]);
        Assert.Equal(2, Views.Events(view).Count);
        File.Delete(_folder["in/part-1.parquet"]);
        Named(Assert.Throws<InvalidDataException>(() => Views.Events(view)));
        Named(Assert.Throws<InvalidDataException>(() => UserSequences.Read(view, "UserId", "ItemId", "Timestamp")));

        static void Named(Exception error)
        {
            Assert.Contains("part-1.parquet", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Theory]
    [InlineData("day=2026-01-02", "2026-01-02")]
    [InlineData("day>=2026-01-02", "2026-01-02", "2026-01-10")]
    [InlineData("day>2026-01-02", "2026-01-10")]
    [InlineData("day<2026-01-02", "2026-01-01")]
    [InlineData("day<=2026-01-02 hour<9", "2026-01-01")]
    [InlineData("hour>=9", "2026-01-02", "2026-01-10")]
    public void PartitionsBeyondTheConditionsAreNeverOpened(string conditions, params string[] expected)
    {
        (string Day, int Hour)[] partitions = [("2026-01-01", 8), ("2026-01-02", 9), ("2026-01-10", 10)];
        Directory.CreateDirectory(_folder["in/day=__HIVE_DEFAULT_PARTITION__/hour=10"]);
        _folder.Write("in/day=__HIVE_DEFAULT_PARTITION__/hour=10/part-0", "PAR1"); // no extension: whether it is Parquet its first bytes would say
        foreach ((string day, int hour) in partitions)
        {
            string folder = $"in/day={day}/hour={hour}";
            Directory.CreateDirectory(_folder[folder]);
            if (expected.Contains(day))
            {
                Write($"{folder}/part-0.parquet", "SELECT 'u' AS user_id, 'i' AS item_id, 1405296000 AS timestamp");
            }
            else
            {
                _folder.Write($"{folder}/part-0.parquet", "no Parquet");
            }
        }

        string[] all = conditions.Split(' ');
        if (all is ["hour>=9"])
        {
            Directory.Delete(_folder["in/day=__HIVE_DEFAULT_PARTITION__"], recursive: true);
        }

        var events = Views.Events(Views.Catalog.LoadInteractions(_folder["in"], timeColumn: "day", partitions: all));
        Assert.Equal(expected, events.Select(e => DateTimeOffset.FromUnixTimeSeconds(e.Timestamp).ToString("yyyy-MM-dd", null)));
        Assert.Equal(expected.Length, Run.Prepare(new() { Reviews = [_folder["in"]], Partitions = all, OutputFolder = _folder["out"], MinUserEvents = 1 }).Interactions);
    }

    [Fact]
    public void ConditionsThatCannotBeMet()
    {
        Write("in/day=1/part-0.parquet", "SELECT 'u' AS user_id, 'i' AS item_id, 1405296000 AS timestamp");
        foreach (string condition in new[] { "day", "day!=1", "=1", "day=", "", "day==1", "day=1=2" })
        {
            Assert.Contains($"'{condition}' is no condition on a partition", Assert.Throws<ArgumentException>(() => Load(condition)).Message, StringComparison.Ordinal);
        }

        Assert.Equal($"{_folder["in"]}: none of its 1 files meets day>1.", Assert.Throws<InvalidDataException>(() => Load("day>1")).Message);
        Assert.Contains("lies in no partition of 'month'", Assert.Throws<InvalidDataException>(() => Load("month=1")).Message, StringComparison.Ordinal);
        Assert.Single(Load("day=1"));
        Assert.Single(Views.Events(Views.Catalog.LoadInteractions(_folder["in/day=1/part-0.parquet"], partitions: ["day=1"])));
        Assert.Throws<InvalidDataException>(() => Views.Catalog.LoadInteractions(_folder["in/*/part-0.parquet"], partitions: ["day=2"]));
    }

    [Fact]
    public void AListOfPartsTellsWhatIsMissingAndWhatIsTooMuch()
    {
        Write("in/day=1/part-0.parquet", "SELECT 'u' AS user_id, 'i' AS item_id, 1405296000 AS timestamp");
        Write("in/day=2/part-0.parquet", "SELECT 'u' AS user_id, 'j' AS item_id, 1405296000 AS timestamp");
        _folder.Write("in/_PARTS", "day=2/part-0.parquet\n\nday=1/part-0.parquet\n");
        Assert.Equal(2, Load().Count);

        File.Move(_folder["in/day=2/part-0.parquet"], _folder["kept"]);
        string message = Assert.Throws<FileNotFoundException>(() => Load()).Message;
        Assert.StartsWith($"{_folder["in/day=2/part-0.parquet"]} is missing: ", message, StringComparison.Ordinal);
        Assert.Equal(message, Assert.Throws<FileNotFoundException>(() => Load("day=1")).Message);
        File.Move(_folder["kept"], _folder["in/day=2/part-0.parquet"]);
        Assert.Single(Load("day=1"));

        Write("in/day=1/part-1.parquet", "SELECT 'u' AS user_id, 'j' AS item_id, 1405296000 AS timestamp");
        Assert.StartsWith($"{_folder["in/day=1/part-1.parquet"]} is not one of the 2 parts", Assert.Throws<InvalidDataException>(() => Load()).Message, StringComparison.Ordinal);
    }

    private List<Views.Event> Load(params string[] partitions) => Views.Events(Views.Catalog.LoadInteractions(_folder["in"], partitions: partitions));

    private UserSequences Sequences(string folder) => UserSequences.Read(Views.Catalog.LoadInteractions(_folder[folder]), "UserId", "ItemId", "Timestamp");

    private byte[] Train(string folder)
    {
        var ml = new MLContext(1);
        SequentialRecommendationCatalog rec = ml.SequentialRecommendation();
        SequenceSplit split = rec.Data.LeaveOneOutSplit(rec.Data.LoadInteractions(_folder[folder]));
        SequentialTransformerOptions options = SmallShop.Options(ml, split);
        (options.Items, options.Epochs) = (null, 2);
        ITransformer chain = rec.Transforms.BuildSequences().Append(rec.Trainers.SequentialTransformer(options)).Fit(split.Train);
        return Training.TrainingTests.Bytes(SequentialRecommendationCatalog.FindModel(chain));
    }

    /// <summary>Overwrites the pages of a column.</summary>
    private void Damage(string name, string column)
    {
        using DuckDBConnection connection = Sql.OpenMemory();
        (long from, long length) = Sql.Rows(
            connection,
            $"SELECT coalesce(dictionary_page_offset, data_page_offset), total_compressed_size FROM parquet_metadata('{_folder[name]}') WHERE path_in_schema = '{column}'",
            row => (row.GetInt64(0), row.GetInt64(1)),
            TestContext.Current.CancellationToken).Single();
        byte[] bytes = File.ReadAllBytes(_folder[name]);
        bytes.AsSpan((int)from, (int)length).Fill(0xFF);
        File.WriteAllBytes(_folder[name], bytes);
    }

    private void Write(string name, string select)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        Copy(name, select);
    }

    private void Copy(string name, string select)
    {
        using DuckDBConnection connection = Sql.OpenMemory();
        Sql.Execute(connection, $"COPY ({select}) TO '{_folder[name]}' (FORMAT parquet)", TestContext.Current.CancellationToken);
    }
}
