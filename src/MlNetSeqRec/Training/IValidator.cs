namespace MlNetSeqRec;

/// <summary>The figure by which the best epoch is chosen.</summary>
internal interface IValidator : IDisposable
{
    /// <summary>NDCG@10 of the network as it stands, or NaN where the network gives scores that are not numbers.</summary>
    double Ndcg();

    /// <summary>What each of several domains contributed to the latest figure; null for a single one.</summary>
    IReadOnlyDictionary<string, double>? ByDomain => null;
}
