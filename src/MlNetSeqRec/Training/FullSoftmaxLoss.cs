using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Cross-entropy over the whole catalogue. The scores of all positions would not fit in a cache (8,192 positions × 12,000
/// items are 400 MB), so some positions at a time are scored, turned into probabilities and into gradients in the same
/// buffer, which is all that is ever held.
/// </summary>
internal sealed class FullSoftmaxLoss : ISoftmaxLoss
{
    private readonly int _rowsAtOnce;
    private Tensor? _buffer;

    /// <param name="items">Size of the catalogue.</param>
    /// <param name="bufferElements">Scores that are held at once.</param>
    public FullSoftmaxLoss(int items, long bufferElements) => _rowsAtOnce = (int)Math.Clamp(bufferElements / Math.Max(1, items), 16, 8192);

    public Tensor Backward(Tensor states, Tensor items, Tensor targets)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss;
        Tensor statesGradient;
        Tensor itemsGradient;
        using (no_grad())
        {
            Tensor h = states.detach();
            Tensor e = items.detach();
            long count = h.shape[0];
            statesGradient = empty_like(h);
            itemsGradient = zeros_like(e);
            loss = zeros(1, dtype: ScalarType.Float32, device: h.device);
            for (long start = 0; start < count; start += _rowsAtOnce)
            {
                using DisposeScope chunk = NewDisposeScope();
                long rows = Math.Min(_rowsAtOnce, count - start);
                Tensor some = h.narrow(0, start, rows);
                Tensor target = targets.narrow(0, start, rows).unsqueeze(1);
                Tensor scores = Buffer(h, e.shape[0]).narrow(0, 0, rows);
                scores.addmm_(some, e.t(), beta: 0, alpha: 1);
                TorchScripts.SoftmaxInPlace(scores);
                Tensor probability = scores.gather(1, target);
                loss.sub_(probability.clamp_min(1e-30f).log().sum());

                // The gradient of cross-entropy by the scores: probability minus one at the target.
                scores.scatter_(1, target, probability - 1);
                itemsGradient.addmm_(scores.t(), some, beta: 1, alpha: 1f / count);
                statesGradient.narrow(0, start, rows).addmm_(scores, e, beta: 0, alpha: 1f / count);
            }

            loss.div_(count);
        }

        autograd.backward([states, items], [statesGradient, itemsGradient]);
        return loss.MoveToOuterDisposeScope();
    }

    public void Dispose() => _buffer?.Dispose();

    private Tensor Buffer(Tensor like, long items) =>
        _buffer ??= empty(_rowsAtOnce, items, dtype: like.dtype, device: like.device).DetachFromDisposeScope();
}
