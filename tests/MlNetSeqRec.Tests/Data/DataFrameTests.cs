using Microsoft.Data.Analysis;
using Microsoft.ML;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

public class DataFrameTests
{
    private static readonly DateTime Day = new(2014, 7, 14);

    [Fact]
    public void ColumnsOfEveryType()
    {
        Views.Event expected = new() { UserId = "7", ItemId = "i'1", Timestamp = 1405296000 };
        foreach (DataFrameColumn user in new DataFrameColumn[] { new StringDataFrameColumn("u", ["7"]), new Int32DataFrameColumn("u", [7]), new UInt64DataFrameColumn("u", [7UL]) })
        {
            foreach (DataFrameColumn time in new DataFrameColumn[] { new Int64DataFrameColumn("t", [1405296000]), new DateTimeDataFrameColumn("t", [Day]) })
            {
                var frame = new DataFrame(time, user, new StringDataFrameColumn("i", ["i'1"]));
                Assert.Equal([expected], Views.Events(Views.Catalog.LoadInteractions(frame, "u", "i", "t")));
            }
        }
    }

    [Fact]
    public void ThereAndBack()
    {
        var frame = new DataFrame(
            new StringDataFrameColumn("user_id", Enumerable.Range(0, 1000).Select(n => $"u{n % 7}")),
            new StringDataFrameColumn("item_id", Enumerable.Range(0, 1000).Select(n => $"i{n}")),
            new Int64DataFrameColumn("timestamp", Enumerable.Range(0, 1000).Select(n => (long)n)));
        DataFrame back = Views.Catalog.ToDataFrame(Views.Catalog.LoadInteractions(frame));
        Assert.Equal(["UserId", "ItemId", "Timestamp"], back.Columns.Select(column => column.Name));
        Assert.Equal(1000, back.Rows.Count);
        Assert.All(Enumerable.Range(0, 1000), n => Assert.Equal(frame.Rows[n], back.Rows[n]));

        var items = new DataFrame(new StringDataFrameColumn("item_id", ["a", "b"]), new StringDataFrameColumn("title", ["A\t a", null]));
        back = Views.Catalog.ToDataFrame(Views.Catalog.LoadItems(items));
        Assert.Equal(["a", "A a", "", ""], back.Rows[0]);
        Assert.Equal(["b", "", "", ""], back.Rows[1]);
    }

    [Fact]
    public void GapsAndWrongTypesAreNamed()
    {
        static string Problem(DataFrameColumn user, DataFrameColumn? time = null) => Assert.Throws<InvalidDataException>(() => Views.Catalog.LoadInteractions(
            new DataFrame(user, new StringDataFrameColumn("item_id", ["i", "i"]), time ?? new Int64DataFrameColumn("timestamp", [1, 2])))).Message;
        Assert.Equal("Row 2 (from 1) has no user_id.", Problem(new Int64DataFrameColumn("user_id", [1, null])));
        Assert.Equal("Row 1 (from 1) has no user_id.", Problem(new StringDataFrameColumn("user_id", [null, "u"])));
        Assert.Equal("Row 2 (from 1) has no timestamp.", Problem(new StringDataFrameColumn("user_id", ["u", "u"]), new DateTimeDataFrameColumn("timestamp", [Day, null])));
        // What LoadCsv makes of ids that are numbers: they are no longer exact.
        Assert.StartsWith("Row 1 (from 1): user_id is 1 (Single); text or a whole number", Problem(new SingleDataFrameColumn("user_id", [1f, 2f])), StringComparison.Ordinal);
        string message = Assert.Throws<ArgumentException>(() => Views.Catalog.LoadInteractions(new DataFrame(new StringDataFrameColumn("u", ["u"])))).Message;
        Assert.Equal("The data frame has no column 'user_id'; it has 'u'.", message);
    }

    [Fact]
    public void AFrameIsAViewThatThePipelineTakes()
    {
        var ml = new MLContext(1);
        var rec = ml.SequentialRecommendation();
        var frame = new DataFrame(
            new StringDataFrameColumn("who", ["u", "v", "u", "u"]),
            new Int32DataFrameColumn("what", [3, 9, 1, 2]),
            new DateTimeDataFrameColumn("at", [Day.AddDays(2), Day, Day, Day.AddDays(1)]));
        IDataView histories = rec.Transforms.BuildSequences("who", "what", "at").Fit(frame).Transform(frame);
        DataFrame back = rec.Data.ToDataFrame(ml.Transforms.Conversion.MapValueToKey("History").Append(ml.Transforms.Conversion.MapValueToKey("who")).Fit(histories).Transform(histories));
        Assert.Equal(["u", "v"], back["who"].Cast<string>());
        Assert.Equal(["1", "2", "3"], ((Microsoft.ML.Data.VBuffer<ReadOnlyMemory<char>>)back["History"][0]).DenseValues().Select(item => item.ToString()));

        SequenceSplit split = rec.Data.LeaveOneOutSplit(rec.Data.LoadInteractions(frame, "who", "what", "at"));
        Assert.NotEmpty(ml.Data.CreateEnumerable<Views.Event>(split.Train, reuseRowObject: false, ignoreMissingColumns: true));
    }
}
