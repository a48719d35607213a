using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Tests.Sequences;

public class SequenceTests
{
    private readonly MLContext _ml = new(1);

    private SequentialRecommendationCatalog Rec => _ml.SequentialRecommendation();

    [Fact]
    public void EventsAreSortedByTimeAndTiesKeepTheOrderOfTheRows()
    {
        IDataView events = Events(("a", "x", 5), ("b", "p", 1), ("a", "y", 3), ("a", "z", 5), ("a", "w", 3), ("a", "x", 5), ("b", "q", 0));
        IDataView histories = Rec.Transforms.BuildSequences().Fit(events).Transform(events);
        Assert.Equal(["a", "b"], histories.GetColumn<string>("UserId"));
        Assert.Equal([["y", "w", "x", "z", "x"], ["q", "p"]], histories.GetColumn<string[]>("History"));
    }

    [Fact]
    public void RowsInOrderNeedNoTime()
    {
        IDataView events = Events(("a", "x", 5), ("a", "y", 3));
        Assert.Equal([["x", "y"]], Rec.Transforms.BuildSequences(timeColumn: null).Fit(events).Transform(events).GetColumn<string[]>("History"));
    }

    [Fact]
    public void KeysNumbersAndDatesServeAsColumns()
    {
        IDataView numbers = _ml.Data.LoadFromEnumerable([new { User = 7, Item = 12L, At = new DateTime(2020, 2, 1) }, new { User = 7, Item = 3L, At = new DateTime(2020, 1, 1) }]);
        Assert.Equal([["3", "12"]], Rec.Transforms.BuildSequences("User", "Item", "At").Fit(numbers).Transform(numbers).GetColumn<string[]>("History"));

        IDataView events = Events(("a", "x", 1), ("a", "y", 2));
        IDataView keys = _ml.Transforms.Conversion.MapValueToKey("ItemId").Fit(events).Transform(events);
        Assert.Equal([["x", "y"]], Rec.Transforms.BuildSequences().Fit(keys).Transform(keys).GetColumn<string[]>("History"));
    }

    [Fact]
    public void LeaveOneOutHoldsOutTheLastTwoEvents()
    {
        SequenceSplit split = Rec.Data.LeaveOneOutSplit(Events(("a", "1", 1), ("a", "2", 2), ("a", "3", 3), ("a", "4", 4), ("b", "8", 1), ("b", "9", 2)));
        Assert.Equal(["1", "2", "8", "9"], split.Train.GetColumn<string>("ItemId"));
        Assert.Equal([["1", "2"]], split.Validation.GetColumn<string[]>("History"));
        Assert.Equal(["3"], split.Validation.GetColumn<string>("Target"));
        Assert.Equal([["1", "2", "3"]], split.Test.GetColumn<string[]>("History"));
        Assert.Equal(["4"], split.Test.GetColumn<string>("Target"));
    }

    [Fact]
    public void ASplitByTimeTrainsOnThePastAlone()
    {
        var random = new Random(3);
        IDataView events = Events([.. Enumerable.Range(0, 500).Select(i => ($"u{random.Next(30)}", $"i{i}", random.Next(1000)))]);
        SequenceSplit split = Rec.Data.TimeSplit(events, validationShare: 0.2, testShare: 0.1);
        Dictionary<string, long> timeOf = events.GetColumn<string>("ItemId").Zip(events.GetColumn<long>("Timestamp")).ToDictionary(pair => pair.First, pair => pair.Second);
        long trainEnd = split.Train.GetColumn<long>("Timestamp").Max();
        Assert.InRange(split.Train.GetColumn<long>("Timestamp").Count(), 330, 355);
        foreach (IDataView part in new[] { split.Validation, split.Test })
        {
            Assert.NotEmpty(part.GetColumn<string>("Target"));
            Assert.All(part.GetColumn<string>("Target"), target => Assert.True(timeOf[target] > trainEnd));
            Assert.All(part.GetColumn<string[]>("History").Zip(part.GetColumn<string>("Target")), row => Assert.True(timeOf[row.First[^1]] <= timeOf[row.Second]));
        }

        long testStart = split.Test.GetColumn<string>("Target").Min(target => timeOf[target]);
        Assert.All(split.Validation.GetColumn<string>("Target"), target => Assert.True(timeOf[target] < testStart));
        Assert.All(split.Test.GetColumn<string[]>("History"), history => Assert.All(history, item => Assert.True(timeOf[item] < testStart)));
    }

    [Fact]
    public void AMissingColumnIsNamedWithThoseThatAreThere()
    {
        IDataView wrong = _ml.Data.LoadFromEnumerable([new { Shopper = "a", ItemId = "x" }]);
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() => Rec.Transforms.BuildSequences().Fit(wrong));
        Assert.Contains("'UserId'", e.Message, StringComparison.Ordinal);
        Assert.Contains("'Shopper'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARowWithoutAnItemIsNamed()
    {
        IDataView events = Events(("a", "x", 1), ("a", "", 2));
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Rec.Transforms.BuildSequences().Fit(events).Transform(events).GetColumn<string>("UserId").Count());
        Assert.Contains("Row 1 has no item", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AShareOfUsersIsTrainedAndAllAreTested()
    {
        SequenceSplit whole = _ml.SequentialRecommendation().Data.LeaveOneOutSplit(SmallShop.Events(_ml, users: 100));
        SequenceSplit tenth = whole.ShareOfUsers(0.1, seed: 4), half = whole.ShareOfUsers(0.5, seed: 4);
        string[] few = Users(tenth.Train), many = Users(half.Train);
        Assert.Equal((10, 50), (few.Length, many.Length));
        Assert.Subset(many.ToHashSet(), few.ToHashSet());
        Assert.Equal(few, Users(tenth.Validation));
        Assert.Equal(100, Users(tenth.Test).Length);
        Assert.Equal(Users(whole.Test), Users(tenth.Test));
        Assert.NotEqual(few, Users(whole.ShareOfUsers(0.1, seed: 5).Train));
        Assert.Single(Users(whole.ShareOfUsers(0.0001).Train));
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.ShareOfUsers(0));

        static string[] Users(IDataView view) => [.. view.GetColumn<string>("UserId").Distinct().Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void WindowsCoverEveryTargetOnceAndBatchesKeepTheirBudget()
    {
        int[] lengths = [1, 2, 7, 30, 4, 12];
        long[] offsets = [0, .. lengths.Select((_, i) => (long)lengths[..(i + 1)].Sum())];
        var histories = new EncodedHistories([.. Enumerable.Range(0, lengths.Sum())], offsets, null);
        BatchPlan plan = BatchPlan.Make(histories, maximumLength: 5, positionsPerBatch: 12);
        Assert.Equal(lengths.Sum(length => length - 1), plan.Targets);
        SequenceWindow[][] batches = [.. plan.Epoch(new Random(1)).Select(batch => batch.Windows)];
        Assert.All(batches, batch => Assert.True(batch.Length == 1 || batch.Max(window => window.Length - 1) * batch.Length <= 12));
        long[] targets = [.. batches.SelectMany(batch => batch).SelectMany(window => Enumerable.Range(1, window.Length - 1).Select(i => window.Start + i)).Order()];
        Assert.Equal(Enumerable.Range(0, lengths.Sum()).Select(i => (long)i).Except(offsets), targets);
    }

    private IDataView Events(params (string User, string Item, long Time)[] events) =>
        _ml.Data.LoadFromEnumerable(events.Select(e => new SmallShop.Event { UserId = e.User, ItemId = e.Item, Timestamp = e.Time }));
}
