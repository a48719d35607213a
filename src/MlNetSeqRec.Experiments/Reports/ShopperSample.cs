using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Experiments.Reports;

/// <summary>Draws shoppers whose last item was held out, and asks a model what it recommends to them.</summary>
public static class ShopperSample
{
    private const int MostHistory = 50; // that a page shows of a history

    /// <summary>Draws shoppers, the same ones for the same seed and data.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">
    /// Anything that adds RecommendedItems (vector of text) and Score (vector of numbers) to a row with a History (vector of text) and
    /// a Target (text), and perhaps TargetRankUnseen (a number, from 1): a trained model, alone or in a chain.
    /// </param>
    /// <param name="held">UserId, History and Target, as <see cref="SequenceSplit.Test"/>.</param>
    /// <param name="items">The items with their titles.</param>
    /// <param name="count">How many shoppers; fewer where there are fewer.</param>
    /// <param name="seed">The seed by which they are drawn.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model lacks a column, or the count is below 1.</exception>
    public static IReadOnlyList<ShopperExample> Take(MLContext context, ITransformer model, IDataView held, ItemCatalogue items, int count = 100, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Shopper[] shoppers = Draw(held, count, new Random(seed));
        if (shoppers.Length == 0)
            return [];

        IDataView scored = model.Transform(context.Data.LoadFromEnumerable(shoppers));
        string[][] recommended = [.. scored.GetColumn<string[]>("RecommendedItems")];
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        float?[] ranks = scored.Schema.GetColumnOrNull("TargetRankUnseen") is null
            ? new float?[shoppers.Length]
            : [.. scored.GetColumn<float>("TargetRankUnseen").Select(rank => float.IsFinite(rank) ? rank : (float?)null)];
        return [.. shoppers.Select((shopper, i) => new ShopperExample
        {
            UserId = shopper.UserId,
            History = [.. shopper.History.TakeLast(MostHistory).Select(Item)],
            EarlierItems = Math.Max(0, shopper.History.Length - MostHistory),
            Recommended = [.. recommended[i].Zip(scores[i], (id, score) => new RecommendedItem(Item(id), score))],
            Target = Item(shopper.Target),
            TargetRank = ranks[i],
        })];

        ReportItem Item(string id)
        {
            if (items.IndexOf(id) is not (>= 0 and int index))
                return new ReportItem(id, string.Empty);
            ItemText text = items.TextOf(index);
            return new ReportItem(id, text.Title, string.Join(" · ", new[] { text.Brand, string.Join(" > ", text.Categories) }.Where(part => part.Length > 0)));
        }
    }

    // Each row is kept with the same chance, in one pass; they come in the order of the data.
    private static Shopper[] Draw(IDataView held, int count, Random random)
    {
        DataViewSchema.Column user = held.Schema["UserId"], history = held.Schema["History"], target = held.Schema["Target"];
        using DataViewRowCursor cursor = held.GetRowCursor([user, history, target]);
        ValueGetter<ReadOnlyMemory<char>> getUser = cursor.GetGetter<ReadOnlyMemory<char>>(user), getTarget = cursor.GetGetter<ReadOnlyMemory<char>>(target);
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getHistory = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(history);
        var kept = new List<(long Row, Shopper Shopper)>(count);
        for (long row = 0; cursor.MoveNext(); row++)
        {
            if (row < count)
                kept.Add((row, Read()));
            else if (random.NextInt64(row + 1) is var place && place < count)
                kept[(int)place] = (row, Read());
        }

        return [.. kept.OrderBy(one => one.Row).Select(one => one.Shopper)];

        Shopper Read()
        {
            ReadOnlyMemory<char> id = default, item = default;
            VBuffer<ReadOnlyMemory<char>> before = default;
            getUser(ref id);
            getTarget(ref item);
            getHistory(ref before);
            return new Shopper { UserId = id.ToString(), Target = item.ToString(), History = [.. before.DenseValues().Select(one => one.ToString())] };
        }
    }

    private sealed class Shopper
    {
        public string UserId { get; set; } = string.Empty;

        public string[] History { get; set; } = [];

        public string Target { get; set; } = string.Empty;
    }
}
