using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Cross-entropy over the target and negatives that are drawn once for the whole step. Scores are corrected by the
/// logarithm of the probability with which their items are drawn (Bengio and Senécal, 2008; SRT), and a negative that is the
/// target itself does not count. A negative that was drawn c times stands once, with ln c added: the same loss.
/// </summary>
internal sealed class SampledSoftmaxLoss(LogQCorrection correction) : ISoftmaxLoss
{
    /// <summary>Columns of the scores: the negatives, the target, and at least one of padding, to what matrix units like.</summary>
    public static int Columns(int negatives) => (negatives + 9) / 8 * 8;

    public (Tensor Loss, Tensor StatesGradient) Backward(Tensor states, Tensor items, PassData pass, DeviceStep step, double scale, Tensor itemsGradient)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        NegativeData negatives = step.Data.Negatives!;
        int drawn = negatives.Items.Length;
        Tensor targets = pass.Targets.Of(step.Block);
        Tensor logProbability = negatives.LogProbabilitiesOf(step.Block);
        Tensor ofTargets = items.index_select(0, targets);
        Tensor ofNegatives = cat([items.narrow(0, 0, drawn), zeros(Columns(drawn) - drawn, items.shape[1], dtype: items.dtype, device: items.device)]);

        // What is added to scores; padding scores minus infinity.
        Tensor added = full(Columns(drawn), float.NegativeInfinity, dtype: ScalarType.Float32, device: states.device);
        added.narrow(0, 0, drawn).copy_(negatives.Counts.Of(step.Block).to(ScalarType.Float32).log() - correction switch
        {
            LogQCorrection.All => logProbability.narrow(0, 0, drawn),
            LogQCorrection.Negatives => logProbability.narrow(0, 0, drawn) + Math.Log(negatives.Drawn),
            _ => 0,
        });
        Tensor targetScores = (states * ofTargets).sum(1, type: ScalarType.Float32);
        if (correction == LogQCorrection.All)
            targetScores = targetScores - logProbability.index_select(0, targets);

        Tensor scores = addmm(added.to(states.dtype), states, ofNegatives.t(), 1, 1);
        if (pass.Hits.Length > 0)
            scores.view(-1).index_fill_(0, pass.Hits.Of(step.Block), float.NegativeInfinity);
        Tensor targetColumn = scores.narrow(1, drawn, 1);
        targetColumn.copy_(targetScores.unsqueeze(1));
        TorchScripts.SoftmaxInPlace(scores);
        Tensor loss = targetColumn.to(ScalarType.Float32).clamp_min(1e-30f).log().sum().neg().unsqueeze(0);

        // The gradient by the scores: probability minus one at the target. The target's column meets a row of zeros below.
        targetColumn.sub_(1);
        Tensor statesGradient = scores.mm(ofNegatives).addcmul_(targetColumn, ofTargets, 1).mul_(scale);
        itemsGradient.narrow(0, 0, drawn).add_(scores.t().mm(states).narrow(0, 0, drawn), alpha: scale);
        Tensor byTarget = pass.ByTarget.Sum((targetColumn * states).to(ScalarType.Float32), step.Block);
        itemsGradient.index_add_(0, pass.ByTarget.Keys.Of(step.Block), byTarget, (float)scale);
        return (loss.MoveToOuterDisposeScope(), statesGradient.MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
    }
}
