using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Tests.Vectors;

public class VectorTests(VectorTests.Trained shared) : IClassFixture<VectorTests.Trained>
{
    private readonly MLContext _ml = shared.Ml;
    private readonly SequentialRecommendationCatalog _rec = shared.Ml.SequentialRecommendation();

    public sealed class Trained
    {
        public Trained() => (Chain, Model, Split) = SmallShop.Train(Ml, o => (o.Epochs, o.Members, o.Transitions, o.TextSimilarity) = (2, 2, false, false));

        public MLContext Ml { get; } = new(1);

        public ITransformer Chain { get; }

        public SequentialRecommendationTransformer Model { get; }

        public SequenceSplit Split { get; }
    }

    [Fact]
    public void ScoresAreDotProductsOfUserAndItemVectorsAlsoOfSeveralNetworks()
    {
        IDataView items = _rec.ItemVectors(shared.Chain);
        Dictionary<string, float[]> vectors = items.GetColumn<string>("ItemId").Zip(items.GetColumn<float[]>("Vector")).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.Equal(40, vectors.Count);
        Assert.Equal(32, ((VectorDataViewType)items.Schema["Vector"].Type).Size);

        IDataView users = _rec.Transforms.UserVector(shared.Chain).Fit(shared.Split.Test).Transform(shared.Model.Transform(shared.Split.Test));
        float[][] states = [.. users.GetColumn<float[]>("UserVector")];
        string[][] lists = [.. users.GetColumn<string[]>("RecommendedItems")];
        float[][] scores = [.. users.GetColumn<float[]>("Score")];
        for (int row = 0; row < states.Length; row++)
        {
            for (int i = 0; i < lists[row].Length; i++)
                Assert.Equal(scores[row][i], states[row].Zip(vectors[lists[row][i]], (a, b) => a * b).Sum(), 1e-3f);
        }
    }

    [Fact]
    public void SimilarItemsAreThoseOfTheGreatestCosine()
    {
        IDataView items = _rec.ItemVectors(shared.Model);
        string[] ids = [.. items.GetColumn<string>("ItemId")];
        float[][] vectors = [.. items.GetColumn<float[]>("Vector")];
        SimilarItem[] similar = [.. _ml.Data.CreateEnumerable<SimilarItem>(_rec.SimilarItems(shared.Chain, ["i3", "i30"], 5), reuseRowObject: false)];
        Assert.Equal(["i3", "i3", "i3", "i3", "i3", "i30", "i30", "i30", "i30", "i30"], similar.Select(row => row.ItemId));
        foreach (IGrouping<string, SimilarItem> rows in similar.GroupBy(row => row.ItemId))
        {
            float[] own = vectors[Array.IndexOf(ids, rows.Key)];
            (string Id, double Cosine)[] expected = [.. ids.Zip(vectors, (id, vector) => (id, Cosine(own, vector))).Where(pair => pair.id != rows.Key).OrderByDescending(pair => pair.Item2).Take(5)];
            Assert.Equal(expected.Select(pair => pair.Id), rows.Select(row => row.SimilarItemId));
            Assert.All(expected.Zip(rows), pair => Assert.Equal(pair.First.Cosine, pair.Second.Score, 1e-4));
        }

        Assert.Equal(39, _rec.SimilarItems(shared.Model, "i3", 1000).GetColumn<float>("Score").Count());

        static double Cosine(float[] a, float[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
        static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
    }

    [Fact]
    public void AnItemThatIsNotKnownAndACountBelowOneAreRefused()
    {
        Assert.StartsWith("The model does not know the item 'nothing'", Assert.Throws<ArgumentException>(() => _rec.SimilarItems(shared.Model, ["i1", "nothing"])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _rec.SimilarItems(shared.Model, "i1", 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AClassifierInTheSameChainLearnsFromUserVectorsAndIsSavedWithThem(bool given)
    {
        // Which half of the ring a shopper is on: the model has never been told, but its vectors tell.
        Shopper[] shoppers = [.. Enumerable.Range(0, 200).Select(i => new Shopper { History = [$"i{i % 39}", $"i{(i % 39) + 1}"], Label = i % 39 >= 20 })];
        IDataView rows = _ml.Data.LoadFromEnumerable(shoppers);
        ITransformer before = given ? new TransformerChain<ITransformer>() : shared.Model;
        IDataView input = before.Transform(rows);
        ITransformer after = _rec.Transforms.UserVector(given ? shared.Model : null, "Features")
            .Append(_ml.BinaryClassification.Trainers.LbfgsLogisticRegression()).Fit(input);
        var chain = new TransformerChain<ITransformer>(before, after);
        Assert.True(_ml.BinaryClassification.Evaluate(chain.Transform(rows)).AreaUnderRocCurve > 0.9);

        using var stream = new MemoryStream();
        _ml.Model.Save(chain, rows.Schema, stream);
        ITransformer loaded = new MLContext().Model.Load(new MemoryStream(stream.ToArray()), out _);
        Assert.Equal(chain.Transform(rows).GetColumn<float>("Probability"), loaded.Transform(rows).GetColumn<float>("Probability"));
        using PredictionEngine<Shopper, Guess> engine = _ml.Model.CreatePredictionEngine<Shopper, Guess>(loaded);
        Assert.Equal(chain.Transform(rows).GetColumn<float>("Probability").First(), engine.Predict(shoppers[0]).Probability, 1e-5f);
    }

    [Fact]
    public void AHistoryWithoutAKnownItemHasAVectorOfZeros()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new Shopper { History = ["nothing"] }, new Shopper { History = ["i1"] }]);
        float[][] vectors = [.. _rec.Transforms.UserVector(shared.Model).Fit(rows).Transform(rows).GetColumn<float[]>("UserVector")];
        Assert.All(vectors[0], value => Assert.Equal(0, value));
        Assert.Contains(vectors[1], value => value != 0);
    }

    [Fact]
    public void AChainWithoutAModelIsRefused()
    {
        string expected = "No sequential recommendation model comes before the user vectors";
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => _rec.Transforms.UserVector().Fit(shared.Split.Test)).Message);
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => _rec.Transforms.UserVector().GetOutputSchema(new SchemaShape([]))).Message);
        Assert.StartsWith("There is no column 'History'", Assert.Throws<ArgumentOutOfRangeException>(() => _rec.Transforms.UserVector(shared.Model).Fit(shared.Split.Train)).Message);
    }

    private sealed class Shopper
    {
        public string[] History { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Guess
    {
        public float Probability { get; set; }
    }
}
