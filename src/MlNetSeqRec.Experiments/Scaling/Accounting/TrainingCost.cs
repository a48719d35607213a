namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// Floating point operations of training: every matrix product, forward and back, attention and logits included, padding
/// excluded. A multiply-accumulate is two operations, and the way back costs twice the way forward. What is linear in the
/// width alone (norms, activations, sums of token vectors, the optimizer) is left out.
/// </summary>
public static class TrainingCost
{
    private const double OperationsForwardAndBack = 2 * 3;

    /// <summary>What was computed, as operations.</summary>
    /// <param name="work">Counted by the training.</param>
    /// <param name="width">Width of vectors and states.</param>
    /// <param name="layers">Transformer blocks.</param>
    public static double Flops(TrainingWork work, int width, int layers)
    {
        ArgumentNullException.ThrowIfNull(work);
        double d = width;
        double blocks = layers * ((work.Positions * 12 * d * d) + (work.AttentionPairs * 2 * d));
        double scores = work.Scores * d;
        double adapter = work.ItemVectors * 2 * d * d;
        return OperationsForwardAndBack * (blocks + scores + adapter);
    }

    /// <summary>
    /// The work of an epoch that was not run, from its data. Where negatives are drawn, all draws and all of a step's items are
    /// taken as different, which is at most a little too much.
    /// </summary>
    /// <param name="positions">Targets in the epoch.</param>
    /// <param name="meanLength">Their mean place in their history, from 1: how many places attention looks at.</param>
    /// <param name="positionsPerBatch">Targets in one step.</param>
    /// <param name="negatives">Negatives drawn for each step; 0 for the whole catalogue.</param>
    /// <param name="items">Items of the catalogue.</param>
    /// <param name="hasText">Whether item vectors go through an adapter.</param>
    public static TrainingWork Estimate(long positions, double meanLength, int positionsPerBatch, int negatives, long items, bool hasText)
    {
        double steps = Math.Ceiling(positions / (double)positionsPerBatch);
        double inStep = negatives == 0 ? items : Math.Min(items, negatives + (2.0 * positionsPerBatch));
        return new TrainingWork
        {
            Positions = positions,
            AttentionPairs = (long)(positions * meanLength),
            Scores = positions * (negatives == 0 ? items : negatives + 1L),
            ItemVectors = hasText ? (long)(steps * inStep) : 0,
        };
    }
}
