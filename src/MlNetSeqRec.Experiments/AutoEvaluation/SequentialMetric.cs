namespace MlNetSeqRec.Experiments;

/// <summary>What an experiment chooses the best run by: a figure on the validation data, higher is better; cut-offs are at 10.</summary>
public enum SequentialMetric
{
    /// <summary>NDCG@10 among the items that the user has not had: the figure by which trainings choose their best epoch.</summary>
    UnseenNdcg,

    /// <summary>HR@10 among the items that the user has not had.</summary>
    UnseenHitRate,

    /// <summary>MRR among the items that the user has not had.</summary>
    UnseenMeanReciprocalRank,

    /// <summary>NDCG@10 among all items.</summary>
    Ndcg,

    /// <summary>HR@10 among all items.</summary>
    HitRate,

    /// <summary>MRR among all items.</summary>
    MeanReciprocalRank,
}
