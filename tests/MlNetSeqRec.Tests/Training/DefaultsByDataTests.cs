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

    [Theory]
    [InlineData(200, 20)]
    [InlineData(199, 10)]
    [InlineData(50, 5)]
    [InlineData(9, 1)]
    public void OfVeryManyValidationUsersEverySoManiethIsAsked(long mostScores, int asked)
    {
        IDataView histories = _ml.Data.LoadFromEnumerable([new Shopper { History = [.. Enumerable.Range(0, 10).Select(item => $"i{item}")] }]);
        IDataView validation = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(user => new Held { History = ["i1"], Target = $"i{user % 10}" }));
        EncodedHistories held = TrainingDomain.Read(string.Empty, histories, null, validation, "History", "Target", mostScores).Validation!;
        Assert.Equal(Enumerable.Range(0, asked).Select(i => 20 / asked * i % 10), held.Targets!);
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

    private sealed class Held
    {
        public string[] History { get; set; } = [];

        public string Target { get; set; } = string.Empty;
    }

    private sealed class Item
    {
        public string ItemId { get; set; } = string.Empty;

        public string Title { get; set; } = string.Empty;
    }
}
