using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>The front door: <c>mlContext.SequentialRecommendation()</c>.</summary>
public static class SequentialRecommendationExtensions
{
    /// <summary>Gives the operations for sequential recommendation that belong to <paramref name="mlContext"/>.</summary>
    public static SequentialRecommendationCatalog SequentialRecommendation(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new SequentialRecommendationCatalog(mlContext);
    }
}

/// <summary>Operations for sequential recommendation: data, transforms, trainers and evaluation.</summary>
public sealed class SequentialRecommendationCatalog
{
    internal SequentialRecommendationCatalog(MLContext context)
    {
        Data = new SequentialDataCatalog(context);
    }

    /// <summary>Loading and splitting interactions. MlNetSeqRec.Data adds readers for raw files.</summary>
    public SequentialDataCatalog Data { get; }
}

/// <summary>Loading and splitting of interactions.</summary>
public sealed class SequentialDataCatalog
{
    internal SequentialDataCatalog(MLContext context) => Context = context;

    /// <summary>The context that the data views belong to.</summary>
    public MLContext Context { get; }
}
