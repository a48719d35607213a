using System.Numerics.Tensors;

namespace MlNetSeqRec;

/// <summary>
/// What trees see of a history and each of its candidates. Nothing here changes after construction, so threads may share it.
/// </summary>
internal sealed class CandidateFeatures
{
    private readonly ItemStatistics _items;
    private readonly TermVectors _words;
    private readonly TermVectors _categories;
    private readonly TermVectors _brands;
    private readonly float[] _vectors; // [items, width], of length 1
    private readonly int _width;

    public CandidateFeatures(SequentialRecommendationTransformer model, ItemStatistics items)
    {
        _items = items;
        (_words, _categories, _brands) = (TermVectors.OfWords(model.Catalogue), TermVectors.OfCategories(model.Catalogue), TermVectors.OfBrands(model.Catalogue));
        (_vectors, _width) = CatalogueVectors.OfLengthOne(model.Model);
    }

    /// <summary>The features' names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "Score", "BehindBest", "LogRank", "InHistory", "LogPopularity", "LogHistoryLength",
        "LogFollowsLatest", "LogNearHistory", "NearHistoryForItsPopularity",
        "VectorLikeLatest", "VectorLikeHistory", "VectorLikeNearest",
        "WordsLikeLatest", "WordsLikeHistory", "CategoriesLikeLatest", "CategoriesLikeHistory", "BrandLikeHistory",
        "SinceLastEvent", "RecentShare", "LogPrice", "PriceOverHistory",
    ];

    /// <summary>The features of all candidates, [candidates × features].</summary>
    /// <param name="history">Not empty, oldest first.</param>
    /// <param name="candidates">Items, in the model's order.</param>
    /// <param name="scores">The model's, of each candidate.</param>
    public float[] Of(ReadOnlySpan<int> history, ReadOnlySpan<int> candidates, ReadOnlySpan<float> scores)
    {
        var seen = new HistoryProfile(history, _items, _words, _categories, _brands, _vectors, _width);
        var features = new float[candidates.Length * Names.Count];
        int unseen = 0;
        for (int i = 0; i < candidates.Length; i++)
        {
            int item = candidates[i];
            int ago = seen.Ago(item);
            int popularity = _items.Popularity[item];
            (float near, float nearNormed) = seen.Near(item);
            ReadOnlySpan<float> vector = _vectors.AsSpan(item * _width, _width);
            float[] values =
            [
                scores[i],
                scores[0] - scores[i],
                MathF.Log(1 + unseen), // the rank among items that are not in the history, so that it is the same whether these are ranked or not
                ago < 0 ? 0 : 1f / (1 + ago),
                MathF.Log(1 + popularity),
                MathF.Log(1 + history.Length),
                MathF.Log(1 + seen.TimesAfterLatest(item)),
                MathF.Log(1 + near),
                nearNormed / MathF.Sqrt(1 + popularity),
                TensorPrimitives.Dot(vector, _vectors.AsSpan(seen.Latest * _width, _width)),
                TensorPrimitives.Dot(vector, seen.Vector),
                seen.NearestVector(vector),
                _words.Cosine(item, seen.Latest),
                _words.Cosine(item, seen.Words),
                _categories.Cosine(item, seen.Latest),
                _categories.Cosine(item, seen.Categories),
                _brands.Cosine(item, seen.Brands),
                _items.SinceLast.Length == 0 ? 0 : _items.SinceLast[item],
                _items.RecentShare.Length == 0 ? 0 : _items.RecentShare[item],
                seen.LogPrice(item),
                seen.PriceOverMean(item),
            ];
            values.CopyTo(features, i * Names.Count);
            unseen += ago < 0 ? 1 : 0;
        }

        return features;
    }
}
