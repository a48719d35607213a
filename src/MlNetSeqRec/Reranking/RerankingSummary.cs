namespace MlNetSeqRec;

/// <summary>How a re-ranker was trained. NDCG@10 is over the whole catalogue, among items that the user has not had unless these are ranked too (<see cref="RerankingTransformer.RanksHistory"/>).</summary>
/// <param name="Users">The users whose candidates the trees were trained on.</param>
/// <param name="UsersWithTarget">Those of them whose target was among the candidates: the others teach nothing.</param>
/// <param name="ChoosingUsers">The other users, by whom the number of trees was chosen.</param>
/// <param name="Trees">The trees that are kept; 0 where none made the choosing users' lists better, so that the model's order stays.</param>
/// <param name="NdcgBefore">NDCG@10 of the model's order for the choosing users.</param>
/// <param name="NdcgAfter">NDCG@10 after re-ranking for the same users. As the best of many, it is on the high side.</param>
/// <param name="Recall">The share of the choosing users whose target is among the candidates: no order can find more.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record RerankingSummary(
    int Users, int UsersWithTarget, int ChoosingUsers, int Trees, double NdcgBefore, double NdcgAfter, double Recall, double Seconds)
{
    /// <summary>How much each feature made the trees' fit better, as shares of their sum, the greatest first.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> FeatureGains { get; init; } = [];
}
