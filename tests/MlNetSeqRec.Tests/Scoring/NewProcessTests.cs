using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Tests.Scoring;

public class NewProcessTests
{
    [Fact]
    public void AProcessThatKnowsMicrosoftMLAloneGivesTheSameListsForAThousandShoppers()
    {
        using var folder = new Data.TemporaryFolder();
        var ml = new MLContext(1);
        (ITransformer chain, _, SequenceSplit split) = SmallShop.Train(ml, o => o.Epochs = 3, keys: true);
        ml.Model.Save(chain, split.Train.Schema, folder["model.zip"]);

        var random = new Random(8);
        string[][] histories = [.. Enumerable.Range(0, 1000).Select(_ => Enumerable.Range(0, random.Next(1, 12)).Select(_ => $"i{random.Next(SmallShop.Items)}").ToArray())];
        File.WriteAllLines(folder["histories.txt"], histories.Select(history => string.Join(',', history)));
        IDataView here = ml.Data.LoadFromEnumerable(histories.Select(history => new SmallShop.ShopperHistory { History = history }));
        string[] expected = [.. chain.Transform(here).GetColumn<string[]>("RecommendedItems").Select(items => string.Join(',', items))];

        Assert.Equal(expected, ChildProcess.RecommendedBy(folder["model.zip"], folder["histories.txt"]));
    }
}
