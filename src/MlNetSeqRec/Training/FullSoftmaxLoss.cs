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
    private readonly bool _leavesOutEarlier;
    private readonly Tensor? _never;
    private Tensor? _buffer;

    /// <param name="items">Size of the catalogue.</param>
    /// <param name="bufferElements">Scores that are held at once.</param>
    /// <param name="leavesOutEarlier">Whether the items before a position do not compete with its target, as they do not when recommended from.</param>
    /// <param name="never">Items that compete with no target, int64 on the device where it is computed; the loss owns it. Null for none.</param>
    public FullSoftmaxLoss(int items, long bufferElements, bool leavesOutEarlier = false, Tensor? never = null)
    {
        _never = never;
        _rowsAtOnce = (int)Math.Clamp(bufferElements / Math.Max(1, items), 16, 65536);
        _leavesOutEarlier = leavesOutEarlier;
    }

    public (Tensor Loss, Tensor StatesGradient) Backward(Tensor states, Tensor items, PassData pass, DeviceStep step, double scale, Tensor itemsGradient) =>
        Backward(
            states,
            items,
            pass.Targets.Of(step.Block),
            scale,
            itemsGradient,
            _leavesOutEarlier ? new EarlierItems(pass.Histories.Of(step.Block).view(pass.Rows, pass.Length), pass.Real.Of(step.Block)) : null);

    public (Tensor Loss, Tensor StatesGradient) Backward(
        Tensor states, Tensor items, Tensor targets, double scale, Tensor itemsGradient, EarlierItems? earlier = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        long count = states.shape[0];
        Tensor statesGradient = empty_like(states);
        Tensor loss = zeros(1, dtype: ScalarType.Float32, device: states.device);
        for (long start = 0; start < count; start += _rowsAtOnce)
        {
            using DisposeScope chunk = NewDisposeScope();
            long rows = Math.Min(_rowsAtOnce, count - start);
            Tensor some = states.narrow(0, start, rows);
            Tensor target = targets.narrow(0, start, rows).unsqueeze(1);
            Tensor scores = Buffer(rows, states, items.shape[0]);
            scores.addmm_(some, items.t(), beta: 0, alpha: 1);
            if (_never is not null)
                scores.index_fill_(1, _never, float.NegativeInfinity);
            earlier?.LeaveOut(scores, target, start);
            TorchScripts.SoftmaxInPlace(scores);
            Tensor probability = scores.gather(1, target);
            loss.sub_(probability.to(ScalarType.Float32).clamp_min(1e-30f).log().sum());

            // The gradient of cross-entropy by the scores: probability minus one at the target.
            scores.scatter_(1, target, probability - 1);
            if (states.dtype == ScalarType.Float32)
                itemsGradient.addmm_(scores.t(), some, beta: 1, alpha: (float)scale);
            else
                itemsGradient.add_(scores.t().mm(some), alpha: scale);
            statesGradient.narrow(0, start, rows).addmm_(scores, items, beta: 0, alpha: (float)scale);
        }

        return (loss.MoveToOuterDisposeScope(), statesGradient.MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _buffer?.Dispose();
        _never?.Dispose();
    }

    private Tensor Buffer(long rows, Tensor like, long items)
    {
        if (_buffer is null || _buffer.shape[0] < rows)
        {
            _buffer?.Dispose();
            _buffer = empty(rows, items, dtype: like.dtype, device: like.device).DetachFromDisposeScope();
        }

        return _buffer.narrow(0, 0, rows);
    }
}
