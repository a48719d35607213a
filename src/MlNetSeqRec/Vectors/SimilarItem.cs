namespace MlNetSeqRec;

/// <summary>A row of <see cref="SequentialRecommendationCatalog.SimilarItems(Microsoft.ML.ITransformer, string, int)"/>.</summary>
public sealed class SimilarItem
{
    /// <summary>The item that was asked for.</summary>
    public string ItemId { get; set; } = "";

    /// <summary>An item like it.</summary>
    public string SimilarItemId { get; set; } = "";

    /// <summary>The cosine of their vectors.</summary>
    public float Score { get; set; }
}
