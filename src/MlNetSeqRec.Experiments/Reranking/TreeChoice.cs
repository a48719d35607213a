namespace MlNetSeqRec.Experiments;

/// <summary>How many trees are kept: as many as give users that they were not trained on the best NDCG@10.</summary>
internal static class TreeChoice
{
    private const int K = 10;

    /// <returns>The trees to keep, 0 where the model's own order is not beaten, and NDCG@10 over all users without trees and with them.</returns>
    public static (int Kept, double Before, double After) Choose(IReadOnlyList<RegressionTree> trees, CandidateGroups groups)
    {
        var ndcg = new double[groups.Groups.Count][];
        Parallel.For(0, ndcg.Length, i => ndcg[i] = OfGroup(trees, groups.Groups[i]));
        double[] mean = [.. Enumerable.Range(0, trees.Count + 1).Select(kept => ndcg.Sum(of => of[kept]) / Math.Max(1, groups.Users))];
        int best = Array.IndexOf(mean, mean.Max());
        return (best, mean[0], mean[best]);
    }

    // NDCG@10 of one user's list with 0, 1, … trees.
    private static double[] OfGroup(IReadOnlyList<RegressionTree> trees, CandidateGroup group)
    {
        int width = CandidateFeatures.Names.Count;
        var scores = new double[group.Count];
        var ndcg = new double[trees.Count + 1];
        ndcg[0] = Ndcg(scores, group);
        for (int kept = 1; kept < ndcg.Length; kept++)
        {
            for (int i = 0; i < scores.Length; i++)
                scores[i] += trees[kept - 1].Of(group.Features.AsSpan(i * width, width));
            ndcg[kept] = Ndcg(scores, group);
        }

        return ndcg;
    }

    // Of equal scores the model's order counts, in which the candidates are.
    private static double Ndcg(double[] scores, CandidateGroup group)
    {
        int before = 0;
        for (int i = 0; i < scores.Length; i++)
            before += scores[i] > scores[group.Target] || (scores[i] == scores[group.Target] && i < group.Target) ? 1 : 0;
        return before < K ? 1 / Math.Log2(before + 2) : 0;
    }
}
