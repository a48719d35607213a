using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Experiments;

/// <summary>What is known of items beside the histories: when they occurred and what they cost.</summary>
internal static class ItemFacts
{
    private const string ItemColumn = "ItemId";
    private const string TimeColumn = "Timestamp";
    private const string PriceColumn = "Price";

    /// <summary>Items and times of events; null without a column of times.</summary>
    public static List<(int Item, long Time)>? Times(IDataView? interactions, ItemCatalogue catalogue)
    {
        if (interactions?.Schema.GetColumnOrNull(TimeColumn) is not { } timeColumn)
            return null;
        DataViewSchema.Column itemColumn = Columns.Find(interactions.Schema, ItemColumn, "an item id");
        var events = new List<(int, long)>();
        using DataViewRowCursor cursor = interactions.GetRowCursor([itemColumn, timeColumn]);
        Func<ReadOnlyMemory<char>> item = Columns.IdReader(cursor, itemColumn, "an item id");
        Func<long> time = Columns.TimeReader(cursor, timeColumn);
        while (cursor.MoveNext())
        {
            if (catalogue.IndexOf(item()) is >= 0 and int index)
                events.Add((index, time()));
        }

        return events;
    }

    /// <summary>The price of each item of the catalogue, not a number where it is not known; null without a column of prices.</summary>
    public static float[]? Prices(IDataView? items, ItemCatalogue catalogue)
    {
        if (items?.Schema.GetColumnOrNull(PriceColumn) is not { } priceColumn)
            return null;
        if (priceColumn.Type is not NumberDataViewType { RawType: var raw } || raw != typeof(float))
            throw Columns.WrongType(priceColumn, "a price (float)");
        DataViewSchema.Column itemColumn = Columns.Find(items.Schema, ItemColumn, "an item id");
        var prices = new float[catalogue.Count];
        Array.Fill(prices, float.NaN);
        using DataViewRowCursor cursor = items.GetRowCursor([itemColumn, priceColumn]);
        Func<ReadOnlyMemory<char>> item = Columns.IdReader(cursor, itemColumn, "an item id");
        ValueGetter<float> price = cursor.GetGetter<float>(priceColumn);
        while (cursor.MoveNext())
        {
            if (catalogue.IndexOf(item()) is >= 0 and int index)
                price(ref prices[index]);
        }

        return prices;
    }
}
