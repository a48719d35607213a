using System.Numerics.Tensors;
using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>A trained model and the re-ranker after it: what both say of histories.</summary>
internal sealed class RerankedModel(SequentialRecommendationTransformer model, RerankingTransformer reranker, CandidateFeatures features)
    : IHistoryMapper, ICatalogueScorer
{
    public RecommendationColumns Columns => model.Columns;

    public ItemCatalogue Catalogue => model.Catalogue;

    public SequentialRecommendationTransformer Trained => model;

    public bool IsModelAlone => false;

    private Ranker Ranker => model.Model.Ranker;

    /// <summary>The columns, of which the recommended items are of the type that they have before.</summary>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) =>
        Columns.Output(inputSchema, model, inputSchema.GetColumnOrNull(Columns.RecommendedItems));

    public Delegate Getter(DataViewSchema.Column column, Func<RowResult> current) => RowResults.Getter(column, Columns, Catalogue, current);

    public RowResult[] Score(IReadOnlyList<ReadOnlyMemory<int>> histories, IReadOnlyList<int> targets, bool needsTop, bool needsRanks)
    {
        var ranked = new RankedItems[histories.Count];
        var ranks = new TargetRanks[histories.Count];
        using var batch = new TargetBatch(histories, needsRanks ? [.. targets] : [], model.Model.Network.Shape.MaximumLength, model.Model.Device);
        if (needsTop)
        {
            Candidates among = model.Among ?? Ranker.All;
            Ranker.VisitScores(batch.Inputs, among, (row, scores) => ranked[row] = Top(histories[row].Span, scores, among));
        }

        if (needsRanks)
            VisitScores(batch, (row, scores) => ranks[row] = TargetRank.Both(scores, targets[row], histories[row].Span));
        return [.. ranked.Zip(ranks, (top, rank) => new RowResult(top, rank))];
    }

    /// <summary>The scores of all items, of which the candidates' are replaced by ones above all others, in the order of the trees.</summary>
    public void VisitScores(TargetBatch batch, Ranker.RowVisitor visit) => Ranker.VisitScores(batch.Inputs, Ranker.All, (row, scores) =>
    {
        ReadOnlySpan<int> history = batch.Histories[row].Span;
        if (!history.IsEmpty && reranker.HasTrees)
        {
            (int[] items, float[] own) = CandidateList.Choose(scores, history, reranker.CandidateCount, reranker.RanksHistory);
            float best = TensorPrimitives.Max<float>(scores);
            (int[] order, _) = Order(history, items, own);
            for (int place = 0; place < order.Length; place++)
                scores[items[order[place]]] = best + order.Length - place;
        }

        visit(row, scores);
    });

    private RankedItems Top(ReadOnlySpan<int> history, Span<float> scores, Candidates among)
    {
        if (history.IsEmpty)
        {
            (int[] popular, float[] counts) = BestItems.Select(scores, model.Ranking.Count);
            return new RankedItems(Array.ConvertAll(popular, among.ItemAt), counts, IsPopularityFallback: true);
        }

        int[] places = Array.ConvertAll(history.ToArray(), among.PlaceOf);
        (int[] items, float[] own) = CandidateList.Choose(scores, places, reranker.CandidateCount, reranker.RanksHistory || !reranker.HasTrees);
        items = Array.ConvertAll(items, among.ItemAt);
        (int[] order, float[] ordered) = Order(history, items, own);
        HashSet<int> left = model.Ranking.ExcludeHistory ? [.. history] : [];
        int[] given = [.. Enumerable.Range(0, order.Length).Where(place => !left.Contains(items[order[place]])).Take(model.Ranking.Count)];
        return new RankedItems(Array.ConvertAll(given, place => items[order[place]]), Array.ConvertAll(given, place => ordered[place]), IsPopularityFallback: false);
    }

    // The candidates' places, best first, and their scores; of equal ones the model's order counts.
    private (int[] Order, float[] Scores) Order(ReadOnlySpan<int> history, int[] items, float[] scores)
    {
        int[] order = [.. Enumerable.Range(0, items.Length)];
        if (!reranker.HasTrees)
            return (order, scores);
        float[] judged = reranker.Scores(features.Of(history, items, scores));
        Array.Sort(order, (a, b) => judged[a] != judged[b] ? judged[b].CompareTo(judged[a]) : a.CompareTo(b));
        return (order, Array.ConvertAll(order, place => judged[place]));
    }
}
