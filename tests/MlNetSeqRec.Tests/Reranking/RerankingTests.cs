using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using MlNetSeqRec.Experiments;

namespace MlNetSeqRec.Tests.Reranking;

public class RerankingTests(RerankedShop shop) : IClassFixture<RerankedShop>
{
    private readonly SequentialRecommendationCatalog _rec = shop.Ml.SequentialRecommendation();

    [Fact]
    public void AWeakModelsListsBecomeBetterOnUsersTargetsThatNothingWasTrainedOn()
    {
        SequentialRankingMetrics before = Evaluate(shop.Model);
        SequentialRankingMetrics after = Evaluate(shop.Chain);
        Assert.True(after.Unseen.NdcgInterval(10).Lower > before.Unseen.NdcgInterval(10).Upper, $"{before.Unseen.Ndcg(10)} became {after.Unseen.Ndcg(10)}");
        Assert.True(after.All.Ndcg(10) > before.All.Ndcg(10));
        Assert.Equal(400, after.UserCount);
        Assert.InRange(shop.Reranker.Training.Trees, 1, 40);
        Assert.Equal((300, 100), (shop.Reranker.Training.Users, shop.Reranker.Training.ChoosingUsers));
        Assert.True(shop.Reranker.Training.NdcgAfter > shop.Reranker.Training.NdcgBefore);
        Assert.Equal(1, shop.Reranker.Training.FeatureGains.Sum(pair => pair.Value), 5);
    }

    [Fact]
    public void TheFiguresOfTheScoredDataAndOfTheChainAreTheSame()
    {
        SequentialRankingMetrics chain = Evaluate(shop.Chain);
        SequentialRankingMetrics scored = _rec.Evaluate(shop.Chain.Transform(shop.Split.Test));
        Assert.Equal((chain.Ndcg(10), chain.Unseen.Ndcg(10), chain.Unseen.MeanReciprocalRank), (scored.Ndcg(10), scored.Unseen.Ndcg(10), scored.Unseen.MeanReciprocalRank));
        Assert.InRange(Evaluate(shop.Chain, "sampled:10").Unseen.Ndcg(10), chain.Unseen.Ndcg(10), 1);
    }

    [Fact]
    public void ATargetsRankIsItsPlaceInTheListAndBehindTheCandidatesTheModelsOwn()
    {
        const int Few = 3;
        SequentialRecommendationTransformer few = shop.Model.With(new RankingOptions { Count = Few });
        var chain = new TransformerChain<ITransformer>(few, Narrow(Few));
        string[] targets = [.. shop.Split.Test.GetColumn<ReadOnlyMemory<char>>("Target").Select(id => id.ToString())];
        IDataView after = chain.Transform(shop.Split.Test), before = few.Transform(shop.Split.Test);
        string[][] lists = [.. after.GetColumn<string[]>("RecommendedItems")];
        string[][] modelLists = [.. before.GetColumn<string[]>("RecommendedItems")];
        float[] ranks = [.. after.GetColumn<float>("TargetRankUnseen")], modelRanks = [.. before.GetColumn<float>("TargetRankUnseen")];
        int found = 0, moved = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            Assert.Equal(modelLists[row].Order(), lists[row].Order());
            int place = Array.IndexOf(lists[row], targets[row]);
            Assert.Equal(place < 0 ? modelRanks[row] : place + 1, ranks[row]);
            found += place >= 0 ? 1 : 0;
            moved += ranks[row] != modelRanks[row] ? 1 : 0;
        }

        Assert.True(found > 20 && found < targets.Length && moved > 20, $"{found} of {targets.Length} were candidates, {moved} moved");
    }

    [Fact]
    public void HistoriesAsTextAndAsKeysInViewsAndSinglePredictionsGiveTheSame()
    {
        string[][] histories = [["i3", "i4"], ["i39", "i0", "i1"], ["nothing"], ["i7", "i7", "i8", "i9"]];
        var text = new TransformerChain<ITransformer>(shop.Model, shop.Reranker);
        PredictionEngine<SmallShop.ShopperHistory, SmallShop.Recommendation> engine = shop.Ml.Model.CreatePredictionEngine<SmallShop.ShopperHistory, SmallShop.Recommendation>(text); // not disposed of: it would free the model
        IDataView rows = shop.Ml.Data.LoadFromEnumerable(histories.Select(history => new SmallShop.ShopperHistory { History = history }));
        string[][] keyed = [.. shop.Chain.Transform(rows).GetColumn<string[]>("RecommendedItems")];
        float[][] scores = [.. text.Transform(rows).GetColumn<float[]>("Score")];
        for (int row = 0; row < histories.Length; row++)
        {
            SmallShop.Recommendation one = engine.Predict(new() { History = histories[row] });
            Assert.Equal(keyed[row], one.RecommendedItems);
            Assert.Equal(scores[row], one.Score);
            Assert.Empty(one.RecommendedItems.Intersect(histories[row]));
            Assert.Equal(10, one.RecommendedItems.Distinct().Count());
            Assert.Equal(row == 2, one.IsPopularityFallback);
            Assert.Equal(one.Score.OrderDescending(), one.Score);
        }
    }

    [Fact]
    public void WhatMayBeRecommendedHoldsAfterReranking()
    {
        string[] allowed = ["i1", "i2", "i3", "i4", "i5"];
        var few = new TransformerChain<ITransformer>(shop.Model.With(new RankingOptions { Count = 3, Allow = allowed, Deny = ["i5"], ExcludeHistory = false }), shop.Reranker);
        IDataView rows = shop.Ml.Data.LoadFromEnumerable([new SmallShop.ShopperHistory { History = ["i0", "i1"] }]);
        string[] items = few.Transform(rows).GetColumn<string[]>("RecommendedItems").Single();
        Assert.Equal(3, items.Length);
        Assert.Empty(items.Except(allowed[..4]));
    }

    [Fact]
    public void WherePeopleTakeTheSameAgainTheirOwnItemsAreRanked()
    {
        var random = new Random(2);
        Repeat[] shoppers = [.. Enumerable.Range(0, 300).Select(_ => random.Next(30)).Select(at => new Repeat { History = [$"i{at}", $"i{at + 5}", $"i{at + 6}"], Target = $"i{at}" })];
        IDataView repeats = shop.Ml.Data.LoadFromEnumerable(shoppers);
        SequentialRecommendationTransformer model = shop.Model.With(new RankingOptions { ExcludeHistory = false });
        IDataView training = model.Transform(_rec.Transforms.BuildSequences().Fit(shop.Split.Train).Transform(shop.Split.Train));
        RerankingTransformer reranker = _rec.Trainers.FastTreeReranker(new FastTreeRerankerOptions { ValidationData = repeats, CandidateCount = 20, NumberOfTrees = 10 }).Fit(training);
        Assert.True(reranker.RanksHistory);
        Assert.False(shop.Reranker.RanksHistory);
        var chain = new TransformerChain<ITransformer>(model, reranker);
        SequentialRankingMetrics before = _rec.Evaluate(model, repeats, cancellation: TestContext.Current.CancellationToken), after = _rec.Evaluate(chain, repeats, cancellation: TestContext.Current.CancellationToken);
        Assert.True(after.Ndcg(5) > before.Ndcg(5), $"{before.Ndcg(5)} became {after.Ndcg(5)}");
        Assert.Equal(0, after.Unseen.Ndcg(5));
    }

    [Fact]
    public void AProcessThatKnowsMicrosoftMLAloneGivesTheSameLists()
    {
        using var folder = new Data.TemporaryFolder();
        shop.Ml.Model.Save(shop.Chain, shop.Split.Train.Schema, folder["model.zip"]);
        string[][] histories = [["i3", "i4"], ["i39", "i0", "i1"], ["i7", "i7", "i8", "i9"]];
        File.WriteAllLines(folder["histories.txt"], histories.Select(history => string.Join(',', history)));
        IDataView rows = shop.Ml.Data.LoadFromEnumerable(histories.Select(history => new SmallShop.ShopperHistory { History = history }));
        string[] expected = [.. shop.Chain.Transform(rows).GetColumn<string[]>("RecommendedItems").Select(items => string.Join(',', items))];
        Assert.Equal(expected, ChildProcess.RecommendedBy(folder["model.zip"], folder["histories.txt"]));

        ITransformer loaded = new MLContext().Model.Load(folder["model.zip"], out _);
        Assert.Equal(Evaluate(shop.Chain).Ndcg(10), Evaluate(loaded).Ndcg(10));
        RerankingTransformer reranker = SequentialRecommendationCatalog.FindReranker(loaded)!;
        Assert.Equal((shop.Reranker.Training.Trees, RerankedShop.Candidates), (reranker.Training.Trees, reranker.CandidateCount));
    }

    [Fact]
    public void TheTreesScoreAsMicrosoftsOwnModelDoes()
    {
        var random = new Random(3);
        CandidateGroup[] groups = [.. Enumerable.Range(0, 60).Select(_ =>
        {
            var features = new float[10 * CandidateFeatures.Names.Count];
            for (int i = 0; i < features.Length; i++)
                features[i] = (float)random.NextDouble();
            int target = random.Next(3) == 0 ? random.Next(10) : Enumerable.Range(0, 10).MaxBy(place => features[place * CandidateFeatures.Names.Count] - (2 * features[(place * CandidateFeatures.Names.Count) + 5]));
            return new CandidateGroup(features, target);
        })];
        var examples = new CandidateGroups(groups, groups.Length);
        var options = new FastTreeRerankerOptions { NumberOfTrees = 15, NumberOfLeaves = 6 };
        (List<RegressionTree> trees, _) = TreeTraining.Train(shop.Ml, examples, options);
        IDataView rows = TreeTraining.Examples(examples);
        float[] expected = [.. shop.Ml.Ranking.Trainers.FastTree(new FastTreeRankingTrainer.Options
        {
            RowGroupColumnName = "Group", NumberOfTrees = 15, NumberOfLeaves = 6, MinimumExampleCountPerLeaf = 6, LearningRate = options.LearningRate, Seed = 1,
        }).Fit(rows).Transform(rows).GetColumn<float>("Score")];
        float[] own = [.. groups.SelectMany(group => Enumerable.Range(0, 10).Select(place =>
            (float)trees.Sum(tree => tree.Of(group.Features.AsSpan(place * CandidateFeatures.Names.Count, CandidateFeatures.Names.Count)))))];
        Assert.Equal(15, trees.Count);
        Assert.True(expected.Distinct().Count() > 20, $"{expected.Distinct().Count()} scores");
        for (int i = 0; i < own.Length; i++)
            Assert.Equal(expected[i], own[i], 1e-4f);
    }

    [Fact]
    public void WithoutTreesTheModelsOrderStays()
    {
        var none = new RerankingTransformer([], Statistics(), RerankedShop.Candidates, ranksHistory: false, shop.Reranker.Training);
        var chain = new TransformerChain<ITransformer>(shop.Model, none);
        SequentialRankingMetrics model = Evaluate(shop.Model), same = Evaluate(chain);
        Assert.Equal((model.Ndcg(20), model.Unseen.Ndcg(20), model.MeanReciprocalRank), (same.Ndcg(20), same.Unseen.Ndcg(20), same.MeanReciprocalRank));
        Assert.Equal(model.CatalogCoverage, same.CatalogCoverage);
        Assert.Equal(
            shop.Model.Transform(shop.Split.Test).GetColumn<float[]>("Score").SelectMany(scores => scores),
            chain.Transform(shop.Split.Test).GetColumn<float[]>("Score").SelectMany(scores => scores));
    }

    [Fact]
    public void TheNumberOfTreesIsTheOneThatServesOtherUsersBest()
    {
        // The first tree puts the target first, the second the other candidate of the two.
        int width = CandidateFeatures.Names.Count;
        var features = new float[2 * width];
        features[width] = 1;
        var groups = new CandidateGroups([new CandidateGroup(features, 1)], Users: 2);
        RegressionTree[] trees = [new([0], [0.5f], [~0], [~1], [0, 1]), new([0], [0.5f], [~0], [~1], [5, 0])];
        Assert.Equal((1, 0.5 / Math.Log2(3), 0.5), TreeChoice.Choose(trees, groups));
        Assert.Equal((0, 0.5 / Math.Log2(3), 0.5 / Math.Log2(3)), TreeChoice.Choose([trees[1]], groups));
    }

    private SequentialRankingMetrics Evaluate(ITransformer model, string protocol = "full") =>
        _rec.Evaluate(model, shop.Split.Test, protocol: protocol, cancellation: TestContext.Current.CancellationToken);

    private RerankingTransformer Narrow(int candidates)
    {
        using var stream = new MemoryStream();
        shop.Reranker.Write(new BinaryWriter(stream));
        var same = RerankingTransformer.Read(new BinaryReader(new MemoryStream(stream.ToArray())));
        return new RerankingTransformer(same.Trees, Statistics(), candidates, same.RanksHistory, same.Training);
    }

    private sealed class Repeat
    {
        public string[] History { get; set; } = [];

        public string Target { get; set; } = "";
    }

    private ItemStatistics Statistics()
    {
        IDataView histories = _rec.Transforms.BuildSequences().Fit(shop.Split.Train).Transform(shop.Split.Train);
        return ItemStatistics.Count(shop.Model.Catalogue, EncodedHistories.Read(histories, "History", null, shop.Model.Catalogue.IndexOf), null, null);
    }
}
