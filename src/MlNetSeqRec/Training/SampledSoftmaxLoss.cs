using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MlNetSeqRec;

/// <summary>
/// Cross-entropy over the target and negatives that are drawn once for the whole batch. Each score is corrected by the
/// logarithm of the probability with which its item is drawn (Bengio and Senécal, 2008; SRT), and a negative that is the
/// target itself does not count.
/// </summary>
internal sealed class SampledSoftmaxLoss(NegativeSampler sampler, int negatives, NegativeSource source) : ISoftmaxLoss
{
    public Tensor Backward(Tensor states, Tensor items, Tensor targets)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor drawn = tensor(sampler.Draw(negatives, source.Random), device: states.device);
        Tensor logProbability = sampler.LogProbability(states.device);

        Tensor ofTarget = (states * items.index_select(0, targets)).sum(1, keepdim: true) - logProbability.index_select(0, targets).unsqueeze(1);
        Tensor ofNegatives = states.mm(items.index_select(0, drawn).t()) - logProbability.index_select(0, drawn);
        ofNegatives = ofNegatives.masked_fill(targets.unsqueeze(1) == drawn, float.NegativeInfinity);
        Tensor loss = F.cross_entropy(cat([ofTarget, ofNegatives], 1), zeros(targets.shape[0], dtype: ScalarType.Int64, device: states.device));
        loss.backward();
        return loss.detach().MoveToOuterDisposeScope();
    }

    public void Dispose() => sampler.Dispose();
}
