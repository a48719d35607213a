using System.Runtime.ExceptionServices;

namespace MlNetSeqRec;

/// <summary>Evaluates any scorer, such as the baselines that a trained model has to beat.</summary>
internal static class BaselineEvaluation
{
    /// <summary>Ranks with a simple rule that has learnt from training histories.</summary>
    /// <param name="baseline">The rule.</param>
    /// <param name="training">What it learns from.</param>
    /// <param name="data">Histories and targets.</param>
    /// <param name="trainingCounts">How often training saw each item.</param>
    /// <param name="k">The cut-offs of HR and NDCG.</param>
    /// <param name="protocol">Which candidates a target is ranked among.</param>
    /// <param name="cancellationToken">Ends the evaluation early.</param>
    internal static SequentialRankingMetrics Evaluate(SequentialBaseline baseline, EncodedHistories training, EncodedHistories data, int[] trainingCounts,
        IReadOnlyList<int> k, RankingProtocol protocol = default, CancellationToken cancellationToken = default)
    {
        IItemScorer scorer = baseline switch
        {
            SequentialBaseline.Popularity => new PopularityScorer(trainingCounts),
            SequentialBaseline.Markov => new ItemToItemScorer(training.Items, training.Offsets, trainingCounts.Length, steps: 1),
            _ => new ItemToItemScorer(training.Items, training.Offsets, trainingCounts.Length),
        };
        return Evaluate(scorer, data.Items, data.Offsets, data.Targets!, trainingCounts, k, protocol, cancellationToken);
    }

    /// <summary>Ranks each user's target on all cores. The result does not depend on the number of cores.</summary>
    /// <param name="scorer">What is evaluated.</param>
    /// <param name="items">The histories before the targets, one after another, oldest item first.</param>
    /// <param name="offsets">The history of user u runs from offsets[u] to offsets[u + 1].</param>
    /// <param name="targets">One item for each user; -1 when the catalogue lacks it.</param>
    /// <param name="trainingCounts">How often training saw each item.</param>
    /// <param name="k">The cut-offs of HR and NDCG.</param>
    /// <param name="protocol">Which candidates a target is ranked among.</param>
    /// <param name="cancellationToken">Ends the evaluation early.</param>
    internal static SequentialRankingMetrics Evaluate(IItemScorer scorer, int[] items, long[] offsets, int[] targets, int[] trainingCounts,
        IReadOnlyList<int> k, RankingProtocol protocol = default, CancellationToken cancellationToken = default)
    {
        var accumulator = new RankingAccumulator(targets.Length, trainingCounts, k, protocol);
        try
        {
            Parallel.For(0, targets.Length, new ParallelOptions { CancellationToken = cancellationToken }, () => new float[scorer.ItemCount], Rank, _ => { });
        }
        catch (AggregateException failed)
        {
            ExceptionDispatchInfo.Throw(failed.InnerException!); // the scorer's own error says more than "one or more errors occurred"
        }
        return accumulator.ToMetrics();

        float[] Rank(int user, ParallelLoopState loop, float[] scores)
        {
            ReadOnlySpan<int> history = items.AsSpan((int)offsets[user]..(int)offsets[user + 1]);
            scorer.Score(history, scores);
            accumulator.Add(user, scores, history, targets[user]);
            return scores;
        }
    }
}
