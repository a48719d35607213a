using System.Numerics.Tensors;

namespace MlNetSeqRec;

/// <summary>The vectors of a model's items in memory of the processor.</summary>
internal static class CatalogueVectors
{
    /// <summary>As states are compared with them by dot product, [items × width].</summary>
    public static (float[] Values, int Width) Of(TrainedModel model) =>
        (model.Ranker.All.Vectors.Values<float>(), (int)model.Ranker.All.Vectors.shape[1]);

    /// <summary>The same, each of length 1; one of length 0 stays as it is.</summary>
    public static (float[] Values, int Width) OfLengthOne(TrainedModel model)
    {
        (float[] values, int width) = Of(model);
        for (int start = 0; start < values.Length; start += width)
        {
            Span<float> own = values.AsSpan(start, width);
            float length = TensorPrimitives.Norm<float>(own);
            if (length > 0)
                TensorPrimitives.Divide(own, length, own);
        }

        return (values, width);
    }
}
