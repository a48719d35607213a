using Microsoft.ML;

namespace MlNetSeqRec.Tests.Training;

/// <summary>What is chosen by the data where nobody says it.</summary>
public class DefaultsByDataTests
{
    private readonly MLContext _ml = new(1);

    [Theory]
    [InlineData(20, true, ItemEncoding.Text, 0.5)]
    [InlineData(150, true, ItemEncoding.IdAndText, 0.3)]
    [InlineData(20, false, ItemEncoding.IdAndText, 0.5)]
    public void FewEventsAndTextsOfTheirOwnMakeTextAlone(int eventsPerItem, bool distinct, ItemEncoding encoding, double dropout)
    {
        TrainingDomain domain = Domain(eventsPerItem, item => distinct ? $"title {item}" : $"title {item % 5}");
        Assert.Equal(encoding, domain.Choose(ItemEncoding.Auto));
        Assert.Equal(dropout, domain.Dropout);
        Assert.Equal(ItemEncoding.Id, domain.Choose(ItemEncoding.Id));
    }

    [Fact]
    public void WithoutTextIdsAreAllThereIs()
    {
        TrainingDomain domain = Domain(20, _ => string.Empty);
        Assert.Equal(ItemEncoding.Id, domain.Choose(ItemEncoding.Auto));
        Assert.Contains("no item has any", Assert.Throws<InvalidDataException>(() => domain.Choose(ItemEncoding.Text)).Message, StringComparison.Ordinal);
    }

    // Ten items, which come in turn.
    private TrainingDomain Domain(int eventsPerItem, Func<int, string> title)
    {
        IDataView histories = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, eventsPerItem).Select(_ => new Shopper { History = [.. Enumerable.Range(0, 10).Select(item => $"i{item}")] }));
        IDataView items = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(item => new Item { ItemId = $"i{item}", Title = title(item) }));
        return TrainingDomain.Read(string.Empty, histories, items, null, "History", "Target");
    }

    private sealed class Shopper
    {
        public string[] History { get; set; } = [];
    }

    private sealed class Item
    {
        public string ItemId { get; set; } = string.Empty;

        public string Title { get; set; } = string.Empty;
    }
}
