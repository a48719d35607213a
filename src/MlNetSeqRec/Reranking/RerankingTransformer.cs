using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>
/// The second stage after a sequential recommendation model in the same chain: takes the model's best candidates for a history
/// and orders them by boosted trees. Replaces the model's columns by columns of the same names and types; Score is then what the
/// trees say. Keeps no copy of the model, which it finds in the data that comes from it. May be used by many threads at once;
/// saved and loaded with the chain by <c>mlContext.Model.Save</c> and <c>Load</c>.
/// </summary>
public sealed class RerankingTransformer : ITransformer
{
    private const string Format = "MlNetSeqRec re-ranker 1";

    private readonly RegressionTree[] _trees;
    private readonly ItemStatistics _statistics;
    private readonly ConditionalWeakTable<TrainedModel, CandidateFeatures> _features = [];

    internal RerankingTransformer(IEnumerable<RegressionTree> trees, ItemStatistics statistics, int candidateCount, bool ranksHistory, RerankingSummary training) =>
        (_trees, _statistics, CandidateCount, RanksHistory, Training) = ([.. trees], statistics, candidateCount, ranksHistory, training);

    /// <summary>How many of the model's best items that are not in the history are re-ranked; the rest stays behind them in the model's order.</summary>
    public int CandidateCount { get; }

    /// <summary>
    /// Whether a history's own items are re-ranked with the others. Where hardly anybody takes the same again they are not: they stay
    /// behind the candidates, in the model's order.
    /// </summary>
    public bool RanksHistory { get; }

    /// <summary>How the trees were trained.</summary>
    public RerankingSummary Training { get; }

    /// <summary>True: each row is re-ranked by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The input's columns, and the re-ranked ones in front of the model's.</summary>
    /// <exception cref="ArgumentException">No model comes before, or one with another catalogue, or one that recommends more items than are re-ranked.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return ((IHistoryMapper)Over(inputSchema)).GetOutputSchema(inputSchema);
    }

    /// <summary>A view with the re-ranked columns; rows are scored when they are read.</summary>
    /// <inheritdoc cref="GetOutputSchema" path="/exception"/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RecommendationView(input, Over(input.Schema));
    }

    /// <summary>A mapper of single rows, as PredictionEngine uses it.</summary>
    /// <inheritdoc cref="GetOutputSchema" path="/exception"/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RecommendationMapper(inputSchema, Over(inputSchema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => RerankingLoader.Save(ctx, this);

    internal IReadOnlyList<RegressionTree> Trees => _trees;

    internal RerankedModel Over(SequentialRecommendationTransformer model)
    {
        if (model.Ranking.Count > CandidateCount)
            throw new ArgumentException($"The model recommends {model.Ranking.Count} items, but only {CandidateCount} candidates are re-ranked: recommend fewer, or re-rank more");
        return new RerankedModel(model, this, _features.GetValue(model.Model, _ => Features(model)));
    }

    /// <summary>Whether there is anything to re-rank by; without, all stays as the model has it.</summary>
    internal bool HasTrees => _trees.Length > 0;

    /// <summary>The trees' scores of candidates, from their features.</summary>
    internal float[] Scores(ReadOnlySpan<float> features)
    {
        int width = CandidateFeatures.Names.Count;
        var scores = new float[features.Length / width];
        for (int row = 0; row < scores.Length; row++)
        {
            double sum = 0;
            foreach (RegressionTree tree in _trees)
                sum += tree.Of(features.Slice(row * width, width));
            scores[row] = (float)sum;
        }

        return scores;
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Format);
        writer.Write(CandidateCount);
        writer.Write(RanksHistory);
        writer.Write(JsonSerializer.Serialize(Training));
        writer.WriteTexts([.. CandidateFeatures.Names]);
        writer.Write(_trees.Length);
        foreach (RegressionTree tree in _trees)
            tree.Save(writer);
        _statistics.Save(writer);
    }

    internal static RerankingTransformer Read(BinaryReader reader)
    {
        try
        {
            if (reader.ReadText() != Format)
                throw new InvalidDataException("the re-ranker is of another version");
            int candidates = reader.ReadInt32();
            bool ranksHistory = reader.ReadBoolean();
            RerankingSummary training = JsonSerializer.Deserialize<RerankingSummary>(reader.ReadText())!;
            if (!reader.ReadTexts().SequenceEqual(CandidateFeatures.Names))
                throw new InvalidDataException("the re-ranker was trained with other features");
            int count = reader.ReadInt32();
            if (candidates < 1 || count is < 0 or > 1_000_000)
                throw new InvalidDataException($"the re-ranker says that it has {count} trees for {candidates} candidates");
            var trees = new List<RegressionTree>();
            while (trees.Count < count)
                trees.Add(RegressionTree.Load(reader, CandidateFeatures.Names.Count));
            return new RerankingTransformer(trees, ItemStatistics.Load(reader), candidates, ranksHistory, training);
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException or FormatException or InvalidDataException)
        {
            throw new InvalidDataException(TrainedModel.Describe(e), e);
        }
    }

    private RerankedModel Over(DataViewSchema schema) => Over(ModelAnnotation.Require(schema, "the re-ranker"));

    private CandidateFeatures Features(SequentialRecommendationTransformer model)
    {
        if (_statistics.Popularity.Length != model.Catalogue.Count || _statistics.CatalogueId != ItemStatistics.Identify(model.Catalogue))
            throw new ArgumentException($"The re-ranker knows the {_statistics.Popularity.Length} items of the model that it was trained after; this model has another catalogue, of {model.Catalogue.Count}: train a re-ranker for it");
        return new CandidateFeatures(model, _statistics);
    }
}
