using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <summary>What is said of one row: the best items, the ranks of the target, or the vector of the user.</summary>
internal readonly record struct RowResult(RankedItems Ranked, TargetRanks Ranks, float[]? UserVector = null);

/// <summary>Getters of the added columns, over whatever gives the current row's result.</summary>
internal static class RowResults
{
    public static Delegate Getter(DataViewSchema.Column column, RecommendationColumns names, ItemCatalogue catalogue, Func<RowResult> current)
    {
        if (column.Name == names.RecommendedItems)
        {
            return ((VectorDataViewType)column.Type).ItemType is KeyDataViewType
                ? Vector(current, (result, i) => (uint)result.Ranked.Items[i] + 1)
                : Vector(current, (result, i) => catalogue.IdOf(result.Ranked.Items[i]).AsMemory());
        }

        if (column.Name == names.Score)
            return Vector(current, (result, i) => result.Ranked.Scores[i]);
        return column.Name switch
        {
            RecommendationColumns.Fallback => (ValueGetter<bool>)((ref bool value) => value = current().Ranked.IsPopularityFallback),
            RecommendationColumns.TargetRank => (ValueGetter<float>)((ref float value) => value = current().Ranks.All),
            _ => (ValueGetter<float>)((ref float value) => value = current().Ranks.Unseen),
        };
    }

    private static ValueGetter<VBuffer<T>> Vector<T>(Func<RowResult> current, Func<RowResult, int, T> value)
    {
        return (ref VBuffer<T> into) =>
        {
            RowResult result = current();
            VBufferEditor<T> editor = VBufferEditor.Create(ref into, result.Ranked.Items.Length);
            for (int i = 0; i < editor.Values.Length; i++)
                editor.Values[i] = value(result, i);
            into = editor.Commit();
        };
    }
}
