namespace MlNetSeqRec;

/// <summary>What orders a whole catalogue for a history, and so can be evaluated.</summary>
internal interface ICatalogueScorer
{
    /// <summary>The trained model whose catalogue it is.</summary>
    SequentialRecommendationTransformer Trained { get; }

    /// <summary>Whether ranks and best items come from the model alone, so that scores may stay on its device.</summary>
    bool IsModelAlone { get; }

    /// <summary>Gives each history's scores of all items to <paramref name="visit"/>, on all cores.</summary>
    void VisitScores(TargetBatch batch, Ranker.RowVisitor visit);
}
