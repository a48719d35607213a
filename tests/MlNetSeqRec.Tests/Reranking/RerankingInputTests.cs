using CsCheck;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Experiments;

namespace MlNetSeqRec.Tests.Reranking;

/// <summary>What a re-ranker refuses, in one line.</summary>
public class RerankingInputTests(RerankedShop shop) : IClassFixture<RerankedShop>
{
    private readonly SequentialRecommendationCatalog _rec = shop.Ml.SequentialRecommendation();

    [Fact]
    public void AChainWithoutAModel()
    {
        FastTreeReranker reranker = _rec.Trainers.FastTreeReranker(shop.Split.Validation);
        string expected = "No sequential recommendation model comes before the re-ranker";
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => reranker.Fit(shop.Split.Validation)).Message);
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => reranker.GetOutputSchema(new SchemaShape([]))).Message);
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => shop.Reranker.Transform(shop.Split.Test)).Message);
        Assert.StartsWith("The model holds no sequential", Assert.Throws<ArgumentException>(() => _rec.Evaluate(shop.Reranker, shop.Split.Test, cancellation: TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void FewerCandidatesThanOneOrThanAreRecommended()
    {
        Assert.StartsWith("CandidateCount must be at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => _rec.Trainers.FastTreeReranker(shop.Split.Validation, 0)).Message);
        string expected = "The model recommends 10 items, but only 9 candidates are re-ranked";
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => _rec.Trainers.FastTreeReranker(shop.Split.Validation, 9).Fit(Scored())).Message);
        var many = new TransformerChain<ITransformer>(shop.Model.With(new RankingOptions { Count = 21 }), shop.Reranker);
        Assert.StartsWith("The model recommends 21 items, but only 20", Assert.Throws<ArgumentException>(() => many.Transform(shop.Split.Test)).Message);
    }

    [Fact]
    public void NoValidationData()
    {
        Assert.StartsWith("The re-ranker has no ValidationData", Assert.Throws<ArgumentException>(() => _rec.Trainers.FastTreeReranker(new FastTreeRerankerOptions())).Message);
        IDataView none = shop.Ml.Data.LoadFromEnumerable(Array.Empty<Row>());
        Assert.StartsWith("ValidationData has 0 users", Assert.Throws<InvalidDataException>(() => _rec.Trainers.FastTreeReranker(none).Fit(Scored())).Message);
        IDataView unknown = shop.Ml.Data.LoadFromEnumerable(Enumerable.Repeat(new Row { History = ["i1"], Target = "other" }, 5));
        Assert.StartsWith("There is nothing to learn from: of the targets of 4 users", Assert.Throws<InvalidDataException>(() => _rec.Trainers.FastTreeReranker(unknown).Fit(Scored())).Message);
        Assert.StartsWith("There is no column 'Target'", Assert.Throws<ArgumentOutOfRangeException>(() => _rec.Trainers.FastTreeReranker(Scored()).Fit(Scored())).Message);
    }

    [Fact]
    public void OptionsThatMakeNoSense()
    {
        Refuses(o => o.ChoosingShare = 1, "ChoosingShare");
        Refuses(o => o.NumberOfTrees = 0, "NumberOfTrees");
        Refuses(o => o.NumberOfLeaves = 1, "NumberOfLeaves");
        Refuses(o => o.LearningRate = double.NaN, "LearningRate");
        Refuses(o => o.MinimumExampleCountPerLeaf = 0, "MinimumExampleCountPerLeaf");
        Refuses(o => o.NumberOfThreads = 0, "NumberOfThreads");

        void Refuses(Action<FastTreeRerankerOptions> change, string name)
        {
            var options = new FastTreeRerankerOptions { ValidationData = shop.Split.Validation };
            change(options);
            Assert.StartsWith(name, Assert.Throws<ArgumentOutOfRangeException>(() => _rec.Trainers.FastTreeReranker(options)).Message);
        }
    }

    [Fact]
    public void AModelOfAnotherCatalogue()
    {
        using SequentialRecommendationTransformer other = shop.Model.WithCatalogue(new ItemCatalogue(shop.Model.Catalogue.Items().Reverse()));
        var chain = new TransformerChain<ITransformer>(other, shop.Reranker);
        Assert.StartsWith("The re-ranker knows the 40 items", Assert.Throws<ArgumentException>(() => chain.Transform(shop.Split.Test)).Message);
    }

    [Fact]
    public void PricesThatAreNoNumbers()
    {
        var options = new FastTreeRerankerOptions { ValidationData = shop.Split.Validation, Items = shop.Ml.Data.LoadFromEnumerable([new { ItemId = "i1", Price = "cheap" }]) };
        Assert.StartsWith("Column 'Price' is of type String; a price", Assert.Throws<ArgumentOutOfRangeException>(() => _rec.Trainers.FastTreeReranker(options).Fit(Scored())).Message);
    }

    [Fact]
    public void DamagedFiles()
    {
        using var stream = new MemoryStream();
        shop.Reranker.Write(new BinaryWriter(stream));
        byte[] whole = stream.ToArray();
        Assert.Equal(20, Read(whole).CandidateCount);
        foreach (int length in Enumerable.Range(0, 40).Select(i => i * whole.Length / 40))
            Assert.Throws<InvalidDataException>(() => Read(whole[..length]));
        Data.Damage.To(whole).Sample(bytes =>
        {
            try
            {
                Read(bytes);
            }
            catch (InvalidDataException error)
            {
                Assert.DoesNotContain(error.Message, char.IsControl);
            }
        }, threads: 1, iter: 300);

        static RerankingTransformer Read(byte[] bytes) => RerankingTransformer.Read(new BinaryReader(new MemoryStream(bytes)));
    }

    private IDataView Scored() => shop.Model.Transform(_rec.Transforms.BuildSequences().Fit(shop.Split.Train).Transform(shop.Split.Train));

    private sealed class Row
    {
        public string[] History { get; set; } = [];

        public string Target { get; set; } = "";
    }
}
