using Microsoft.ML;

namespace MlNetSeqRec.Tests.Data;

/// <summary>Rows of the views under test.</summary>
internal static class Views
{
    public static SequentialDataCatalog Catalog => new MLContext(1).SequentialRecommendation().Data;

    public static List<Event> Events(IDataView view) =>
        [.. new MLContext().Data.CreateEnumerable<Event>(view, reuseRowObject: false)];

    public static List<Item> Items(IDataView view) => [.. new MLContext().Data.CreateEnumerable<Item>(view, reuseRowObject: false)];

    public sealed record Event
    {
        public string UserId { get; set; } = "";

        public string ItemId { get; set; } = "";

        public long Timestamp { get; set; }
    }

    public sealed record Item
    {
        public string ItemId { get; set; } = "";

        public string Title { get; set; } = "";

        public string Brand { get; set; } = "";

        public string Categories { get; set; } = "";
    }
}
