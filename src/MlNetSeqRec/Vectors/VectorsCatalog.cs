using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec;

/// <content>Vectors of items, and items that are alike.</content>
public sealed partial class SequentialRecommendationCatalog
{
    /// <summary>
    /// The vectors by which a trained model knows its items: columns ItemId (text) and Vector (float, of one length). The dot product
    /// with a user's vector (<see cref="SequentialTransformsCatalog.UserVector"/>) is the score, but for what the latest item adds.
    /// </summary>
    /// <remarks>
    /// Of several networks the vectors are put end to end, so that the dot product with a user's vector, which is divided by their number,
    /// is the mean of their scores. Where they compare by cosine, each network's part has length 1.
    /// </remarks>
    /// <param name="model">A trained model, or a chain that has one.</param>
    public IDataView ItemVectors(ITransformer model)
    {
        SequentialRecommendationTransformer trained = FindModel(model);
        (float[] values, int width) = CatalogueVectors.Of(trained.Model);
        return new RowTable(
            () => trained.Catalogue.Count,
            new RowColumn("ItemId", TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                value = trained.Catalogue.IdOf((int)at.Row).AsMemory())),
            new RowColumn("Vector", new VectorDataViewType(NumberDataViewType.Single, width), at => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, width);
                values.AsSpan((int)at.Row * width, width).CopyTo(editor.Values);
                value = editor.Commit();
            })));
    }

    /// <summary>The items whose vectors are most like an item's.</summary>
    /// <param name="model">A trained model, or a chain that has one.</param>
    /// <param name="itemId">The item.</param>
    /// <param name="k">How many; fewer are given where the catalogue has fewer.</param>
    /// <returns>As for several items.</returns>
    /// <exception cref="ArgumentException">The model does not know the item.</exception>
    public IDataView SimilarItems(ITransformer model, string itemId, int k = 10) => SimilarItems(model, [itemId], k);

    /// <summary>The items whose vectors are most like those of some items, by cosine. Of several networks it is that of the vectors put end to end.</summary>
    /// <param name="model">A trained model, or a chain that has one.</param>
    /// <param name="itemIds">The items.</param>
    /// <param name="k">How many for each; fewer are given where the catalogue has fewer.</param>
    /// <returns>Columns ItemId (text, as given), SimilarItemId (text) and Score (float, from -1 to 1): for each item those like it, without itself, best first.</returns>
    /// <exception cref="ArgumentException">The model does not know one of the items.</exception>
    public IDataView SimilarItems(ITransformer model, IEnumerable<string> itemIds, int k = 10)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        SequentialRecommendationTransformer trained = FindModel(model);
        ItemCatalogue catalogue = trained.Catalogue;
        int[] items = [.. itemIds.Select(id => catalogue.IndexOf(id) is >= 0 and int index ? index : throw new ArgumentException($"The model does not know the item '{id}'", nameof(itemIds)))];
        (float[] vectors, int width) = CatalogueVectors.OfLengthOne(trained.Model);
        return Data.Context.Data.LoadFromEnumerable(items.SelectMany(Near).ToArray());

        IEnumerable<SimilarItem> Near(int item)
        {
            var scores = new float[catalogue.Count];
            for (int other = 0; other < scores.Length; other++)
                scores[other] = other == item ? float.NegativeInfinity : TensorPrimitives.Dot<float>(vectors.AsSpan(item * width, width), vectors.AsSpan(other * width, width));
            (int[] best, float[] cosines) = BestItems.Select(scores, k);
            return best.Zip(cosines, (other, cosine) => new SimilarItem { ItemId = catalogue.IdOf(item), SimilarItemId = catalogue.IdOf(other), Score = cosine });
        }
    }
}
