using Microsoft.ML;
using MlNetSeqRec.Data;
using MlNetSeqRec.Tests.Data;

namespace MlNetSeqRec.Tests.Sequences;

/// <summary>Histories taken from arrays are those that the rows of the views give.</summary>
public sealed class CompactSequenceTests : IDisposable
{
    private static readonly string[] _ids = ["plain", "café", "🛒", "\ud83d", "\udc85x", "x\udc85", "\ufffd", new('l', 254), new('l', 255), new('é', 400_000), "0", "00"];

    private readonly MLContext _ml = new(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Hides what a view is, so that it is read by its rows.</summary>
    private sealed class Rows(IDataView view) : IDataView
    {
        public DataViewSchema Schema => view.Schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => view.GetRowCursor(columnsNeeded);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded)];
    }

    [Fact]
    public void AnyIdIsFoundAgainAndGivenBack()
    {
        var index = new IdIndex();
        for (int round = 0; round < 2; round++)
            Assert.Equal(Enumerable.Range(0, _ids.Length), _ids.Select(id => index.Add(id)));
        foreach (string id in _ids.Where(id => !id.Any(char.IsSurrogate) || id == "🛒"))
            Assert.Equal(Array.IndexOf(_ids, id), index.Add(System.Text.Encoding.UTF8.GetBytes(id)));
        Assert.Equal(_ids, index.ToArray());
        for (int i = 0; i < 100_000; i++)
            Assert.Equal(_ids.Length + i, index.Add($"id{i}"));
        for (int i = 0; i < 100_000; i++)
            Assert.Equal(_ids.Length + i, index.Add($"id{i}"));
        Assert.Equal("id99999", index.Ids.TextOf(index.Count - 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EventsInAnyOrderGiveTheSequencesOfTheDefinition(bool together)
    {
        var random = new Random(3);
        SmallShop.Event[] events = [.. Enumerable.Range(0, 3000).Select(_ => new SmallShop.Event
        {
            UserId = _ids[random.Next(_ids.Length)][..1] + random.Next(40), ItemId = $"i{random.Next(50)}", Timestamp = random.Next(20),
        })];
        if (together)
            events = [.. events.OrderBy(e => e.UserId, StringComparer.Ordinal).ThenBy(e => e.Timestamp)];
        var sequences = UserSequences.Read(_ml.Data.LoadFromEnumerable(events), "UserId", "ItemId", "Timestamp");
        var expected = events.GroupBy(e => e.UserId).Select(user => (user.Key, Items: user.OrderBy(e => e.Timestamp).Select(e => e.ItemId).ToArray())).ToList();
        Assert.Equal(expected.Select(user => user.Key), Enumerable.Range(0, sequences.Users).Select(sequences.UserId));
        for (int user = 0; user < sequences.Users; user++)
            Assert.Equal(expected[user].Items, sequences.Items.AsSpan((int)sequences.StartOf(user), sequences.LengthOf(user)).ToArray().Select(item => sequences.ItemIds[item]));
    }

    [Fact]
    public void ArraysGiveWhatRowsGive()
    {
        SequentialDataCatalog data = _ml.SequentialRecommendation().Data;
        IDataView events = SmallShop.Events(_ml);
        foreach (SequenceSplit split in new[] { data.LeaveOneOutSplit(events), data.TimeSplit(events, 0.3, 0.3), data.LeaveOneOutSplit(events, timeColumn: null) })
        {
            bool timed = split.Train.Schema.GetColumnOrNull("Timestamp") is not null;
            IDataView Histories(IDataView train) => _ml.SequentialRecommendation().Transforms.BuildSequences(timeColumn: timed ? "Timestamp" : null).Fit(train).Transform(train);
            AssertSame(Encode(Histories(new Rows(split.Train)), null, hide: true), Encode(Histories(split.Train), null, hide: false));
            AssertSame(Encode(split.Validation, "Target", hide: true), Encode(split.Validation, "Target", hide: false));
            AssertSame(Encode(split.Test, "Target", hide: true), Encode(split.Test, "Target", hide: false));
        }
    }

    [Fact]
    public void APreparedFileGivesWhatItsRowsGive()
    {
        var files = Run.Generate(_folder.Root, new() { Users = 500 });
        Run.Prepare(new() { Reviews = [files.Reviews], Items = [files.Items], OutputFolder = _folder["out"], VocabularySize = 0 });
        IDataView events = Views.Catalog.LoadInteractions(_folder["out"]);
        Assert.IsType<ISequenceSource>(events, exactMatch: false);
        var straight = UserSequences.Read(events, "UserId", "ItemId", "Timestamp");
        var byRows = UserSequences.Read(new Rows(events), "UserId", "ItemId", "Timestamp");
        Assert.Equal(500, straight.Users);
        Assert.Equal(byRows.ItemIds, straight.ItemIds);
        Assert.Equal(byRows.Items, straight.Items);
        Assert.Equal(byRows.Times, straight.Times);
        Assert.Equal(Enumerable.Range(0, 500).Select(byRows.UserId), Enumerable.Range(0, 500).Select(straight.UserId));
        Assert.Equal(Enumerable.Range(0, 500).Select(byRows.StartOf), Enumerable.Range(0, 500).Select(straight.StartOf));
        Assert.Null(UserSequences.Read(events, "UserId", "ItemId", null).Times);
        Assert.Throws<ArgumentOutOfRangeException>(() => UserSequences.Read(events, "UserId", "Product", "Timestamp"));
    }

    [Fact]
    public void AFileDamagedInItsMiddleIsNamed()
    {
        var files = Run.Generate(_folder.Root, new() { Users = 500 });
        Run.Prepare(new() { Reviews = [files.Reviews], Items = [files.Items], OutputFolder = _folder["out"], VocabularySize = 0 });
        string file = Path.Combine(_folder["out"], "interactions.parquet");
        IDataView events = Views.Catalog.LoadInteractions(_folder["out"]);
        byte[] bytes = File.ReadAllBytes(file);
        bytes.AsSpan(1000, 2000).Clear();
        File.WriteAllBytes(file, bytes);
        string message = Assert.Throws<InvalidDataException>(() => UserSequences.Read(events, "UserId", "ItemId", "Timestamp")).Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    // Half of the items have an index; asked for in order, so that the order of first appearance shows.
    private static EncodedHistories Encode(IDataView view, string? target, bool hide)
    {
        var index = new IdIndex();
        Assert.Equal(!hide, (hide ? new Rows(view) : view) is HistoryTable);
        return EncodedHistories.Read(hide ? new Rows(view) : view, "History", target, id => id.Span[^1] % 2 == 0 ? index.Add(id.Span) : -1);
    }

    private static void AssertSame(EncodedHistories expected, EncodedHistories actual)
    {
        Assert.NotEmpty(actual.Items);
        Assert.Equal(expected.Items, actual.Items);
        Assert.Equal(expected.Offsets, actual.Offsets);
        Assert.Equal(expected.Targets, actual.Targets);
    }
}
