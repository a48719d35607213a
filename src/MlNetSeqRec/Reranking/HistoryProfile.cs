using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>What the features of all candidates of one history share. Of the latest events each counts less than the one after it.</summary>
internal sealed class HistoryProfile
{
    private const int Recent = 20; // events that are looked at closely
    private const int Compared = 10; // of them those that single vectors are compared with
    private const float Decay = 0.9f;

    private readonly ItemStatistics _items;
    private readonly float[] _vectors;
    private readonly int _width;
    private readonly int[] _recent; // latest first
    private readonly Dictionary<int, int> _ago = [];
    private readonly Dictionary<int, int> _afterLatest = [];
    private readonly Dictionary<int, (float Times, float Normed)> _near = [];
    private readonly float _meanLogPrice;

    public HistoryProfile(
        ReadOnlySpan<int> history, ItemStatistics items, TermVectors words, TermVectors categories, TermVectors brands, float[] vectors, int width)
    {
        (_items, _vectors, _width) = (items, vectors, width);
        Latest = history[^1];
        for (int i = 0; i < history.Length; i++)
            _ago[history[i]] = history.Length - 1 - i;
        _recent = history[Math.Max(0, history.Length - Recent)..].ToArray();
        Array.Reverse(_recent);
        float[] weights = [.. _recent.Select((_, at) => MathF.Pow(Decay, at))];

        foreach ((int item, int times) in items.Followers.TimesAfter(Latest))
            _afterLatest[item] = times;
        for (int at = 0; at < _recent.Length; at++)
        {
            float norm = 1 / MathF.Sqrt(1 + items.Popularity[_recent[at]]);
            foreach ((int item, int times) in items.Near.WeightsOf(_recent[at]))
            {
                ref (float Times, float Normed) sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_near, item, out _);
                sum = (sum.Times + (weights[at] * times), sum.Normed + (weights[at] * times * norm));
            }
        }

        (Words, Categories, Brands) = (words.Sum(_recent, weights), categories.Sum(_recent, weights), brands.Sum(_recent, weights));
        Vector = new float[width];
        for (int at = 0; at < _recent.Length; at++)
            TensorPrimitives.MultiplyAdd(vectors.AsSpan(_recent[at] * width, width), weights[at], Vector, Vector);
        float length = TensorPrimitives.Norm<float>(Vector);
        if (length > 0)
            TensorPrimitives.Divide(Vector, length, Vector);
        float[] prices = items.LogPrice.Length == 0 ? [] : [.. _recent.Select(item => items.LogPrice[item]).Where(float.IsFinite)];
        _meanLogPrice = prices.Length == 0 ? float.NaN : prices.Average();
    }

    public int Latest { get; }

    public Dictionary<int, float> Words { get; }

    public Dictionary<int, float> Categories { get; }

    public Dictionary<int, float> Brands { get; }

    /// <summary>The sum of the items' vectors, of length 1.</summary>
    public float[] Vector { get; }

    /// <summary>How many events ago an item was last, 0 for the latest; -1 where it never was.</summary>
    public int Ago(int item) => _ago.TryGetValue(item, out int ago) ? ago : -1;

    /// <summary>How often training saw the item directly after the latest one.</summary>
    public int TimesAfterLatest(int item) => _afterLatest.GetValueOrDefault(item);

    /// <summary>How often training saw the item near the latest events, as it is and over the root of these items' popularity.</summary>
    public (float Times, float Normed) Near(int item) => _near.GetValueOrDefault(item);

    /// <summary>The greatest cosine of a vector with those of the latest events.</summary>
    public float NearestVector(ReadOnlySpan<float> vector)
    {
        float nearest = -1;
        foreach (int item in _recent.AsSpan(0, Math.Min(Compared, _recent.Length)))
            nearest = Math.Max(nearest, TensorPrimitives.Dot(vector, _vectors.AsSpan(item * _width, _width)));
        return nearest;
    }

    /// <summary>0 where it is not known.</summary>
    public float LogPrice(int item) => Known(_items.LogPrice.Length == 0 ? 0 : _items.LogPrice[item]);

    /// <summary>ln of the price over the history's geometric mean, 0 where either is not known.</summary>
    public float PriceOverMean(int item) => Known(_items.LogPrice.Length == 0 ? 0 : _items.LogPrice[item] - _meanLogPrice);

    private static float Known(float value) => float.IsNaN(value) ? 0 : value;
}
