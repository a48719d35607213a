using System.Net;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Experiments;
using MlNetSeqRec.Experiments.Reports;

namespace MlNetSeqRec.Tests.Reports;

public class ReportContentTests
{
    [Theory]
    [InlineData(0.030, 0.025, 0.035, "has 0.0200 (+50\u00a0%).")]
    [InlineData(0.022, 0.018, 0.026, "has 0.0200 (+10\u00a0%). Their intervals overlap.")]
    [InlineData(0.010, 0.008, 0.012, "has 0.0200 (-50\u00a0%).")]
    public void TheVerdictSaysWhetherTheModelBeatsTheRule(double value, double lower, double upper, string expected)
    {
        string page = Text(new ReportContent
        {
            Title = "t",
            Leaderboard =
            [
                new() { Name = "m", IsBest = true, Test = new() { Ndcg = new(value, lower, upper) } },
                new() { Name = "worse rule", IsBaseline = true, Test = new() { Ndcg = new(0.001, 0, 0.002) } },
                new() { Name = "better rule", IsBaseline = true, Test = new() { Ndcg = new(0.020, 0.017, 0.022) } },
            ],
        });
        Assert.Contains($"the best rule that needs no training, better rule, {expected}</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotThereIsNotShown()
    {
        string page = Text(new ReportContent { Title = "only <a name>", Leaderboard = [new() { Name = "m" }] });
        Assert.Contains("<title>only <a name></title>", page, StringComparison.Ordinal); // decoded here, escaped in the file
        foreach (string absent in new[] { "NDCG", "Training", "Parameters", "id=\"shoppers\"", "id=\"data\"", "id=\"slices\"" })
            Assert.DoesNotContain(absent, page.Split("<main>")[1].Split("</main>")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void EvenAnEmptyLeaderboardAndFlatCurvesMakeAPage()
    {
        string page = Text(new ReportContent
        {
            Title = "t",
            Leaderboard = [],
            Curves = [new("flat", [new() { Epoch = 1, Loss = 0, TrainSeconds = 1 }, new() { Epoch = 2, Loss = 0, TrainSeconds = 1 }]), new("nothing", [])],
        });
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", page, StringComparison.Ordinal);
    }

    [Fact]
    public void AContentGoesThroughJson()
    {
        ReportContent content = Hostile.Content() with { Curves = [], Shoppers = [] };
        ReportContent again = JsonSerializer.Deserialize<ReportContent>(JsonSerializer.Serialize(content))!;
        Assert.Equal(ExperimentReport.Render(content), ExperimentReport.Render(again));
    }

    [Fact]
    public void AFolderInPlaceOfTheFileIsAnErrorAndLeavesNothing()
    {
        using var folder = new Data.TemporaryFolder();
        Assert.ThrowsAny<SystemException>(() => ExperimentReport.Write(folder.Root, new ReportContent { Title = "t", Leaderboard = [] }));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void AModelsReportShowsWhatTheModelSays()
    {
        var ml = new MLContext(1);
        (_, SequentialRecommendationTransformer model, SequenceSplit split) = SmallShop.Train(ml, options => options.Epochs = 3);
        SequentialRecommendationCatalog rec = ml.SequentialRecommendation();
        ModelComparison comparison = ModelComparison.Run(rec, model, split.Train, split.Test, [5, 10], cancellation: TestContext.Current.CancellationToken);
        ReportContent content = ModelReport.Make(ml, model, SmallShop.Events(ml), split.Test, comparison, shoppers: 40, seed: 3);

        LeaderboardRow own = content.Leaderboard.Single(row => row.IsBest);
        Assert.Equal(comparison.Model.Unseen.Ndcg(10), own.Test!.Ndcg.Value);
        Assert.Equal(comparison.Model.Slices.Count, own.Slices.Count);
        Assert.Equal(model.Model.Gains is null ? 3 : 4, content.Leaderboard.Count);
        Assert.Equal(content.Leaderboard.OrderByDescending(row => row.Test!.Ndcg.Value), content.Leaderboard);
        Assert.Equal(3, Assert.Single(content.Curves).Epochs.Count);
        Assert.Equal((150, 40), (content.Data!.Users, content.Data.Items));

        Assert.Equal(40, content.Shoppers.Select(shopper => shopper.UserId).Distinct().Count());
        string[] users = [.. split.Test.GetColumn<string>("UserId")], targets = [.. split.Test.GetColumn<string>("Target")];
        string[][] histories = [.. split.Test.GetColumn<string[]>("History")], items = [.. model.Transform(split.Test).GetColumn<string[]>("RecommendedItems")];
        Assert.All(content.Shoppers, shopper =>
        {
            int at = Array.IndexOf(users, shopper.UserId);
            Assert.Equal([.. histories[at], targets[at]], shopper.History.Append(shopper.Target).Select(item => item.Id));
            Assert.Equal(items[at], shopper.Recommended.Select(one => one.Item.Id));
            Assert.StartsWith("Thing number", shopper.Target.Title, StringComparison.Ordinal);
            Assert.Equal(shopper.TargetRank <= 10, shopper.Recommended.Any(one => one.Item.Id == shopper.Target.Id));
        });
        Assert.Contains(content.Shoppers, shopper => shopper.TargetRank <= 10);

        string[] Drawn(int seed) => [.. ShopperSample.Take(ml, model, split.Test, model.Catalogue, 20, seed).Select(shopper => shopper.UserId)];
        Assert.Equal(Drawn(1), Drawn(1));
        Assert.NotEqual(Drawn(1), Drawn(2));
        Assert.Equal(150, ShopperSample.Take(ml, model, split.Test, model.Catalogue, 1000).Count);
    }

    private static string Text(ReportContent content) => WebUtility.HtmlDecode(ExperimentReport.Render(content));
}
