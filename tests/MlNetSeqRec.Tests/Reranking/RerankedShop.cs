using Microsoft.ML;
using MlNetSeqRec.Experiments;

namespace MlNetSeqRec.Tests.Reranking;

/// <summary>A model that has learnt little, so that what followed what makes its lists better, and a re-ranker after it in one chain.</summary>
public sealed class RerankedShop
{
    public const int Candidates = 20;

    public RerankedShop()
    {
        SequentialRecommendationCatalog rec = Ml.SequentialRecommendation();
        Split = rec.Data.LeaveOneOutSplit(SmallShop.Events(Ml, users: 400));
        Chain = Pipeline(new FastTreeRerankerOptions { ValidationData = Split.Validation, CandidateCount = Candidates, NumberOfTrees = 40, Interactions = Split.Train }).Fit(Split.Train);
        Model = SequentialRecommendationCatalog.FindModel(Chain);
        Reranker = SequentialRecommendationCatalog.FindReranker(Chain)!;
    }

    public MLContext Ml { get; } = new(1);

    public SequenceSplit Split { get; }

    public ITransformer Chain { get; }

    public SequentialRecommendationTransformer Model { get; }

    public RerankingTransformer Reranker { get; }

    /// <summary>Histories as keys, the weak model, and the re-ranker.</summary>
    public IEstimator<ITransformer> Pipeline(FastTreeRerankerOptions reranking)
    {
        SequentialRecommendationCatalog rec = Ml.SequentialRecommendation();
        SequentialTransformerOptions options = SmallShop.Options(Ml, Split);
        (options.Epochs, options.Transitions, options.TextSimilarity) = (2, false, false);
        return rec.Transforms.BuildSequences()
            .Append(Ml.Transforms.Conversion.MapValueToKey("History"))
            .Append(rec.Trainers.SequentialTransformer(options))
            .Append(rec.Trainers.FastTreeReranker(reranking))
            .Append(Ml.Transforms.Conversion.MapKeyToValue("RecommendedItems"));
    }
}
