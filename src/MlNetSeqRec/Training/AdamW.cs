using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// AdamW (Loshchilov and Hutter, 2019) over all parameters of a network, in one operation per step and group. Matrices
/// decay, vectors (biases and norms) do not. Gradients are clipped to a common norm on the device. A large id table can
/// be updated by the rows that a step used: the running means of the others stand still meanwhile.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;

    private readonly Slot[] _slots;
    private readonly double _decay;
    private readonly double _clip;
    private readonly Tensor _rate;

    /// <param name="parameters">What is updated; the order is that of the gradients.</param>
    /// <param name="weightDecay">Decay of matrices.</param>
    /// <param name="clip">Largest norm of all gradients together; 0 for none.</param>
    public AdamW(IEnumerable<Parameter> parameters, double weightDecay, double clip)
    {
        _slots = [.. parameters.Select(parameter => new Slot(parameter))];
        (_decay, _clip) = (weightDecay, clip);
        _rate = zeros([], dtype: ScalarType.Float32, device: _slots[0].Value.device).DetachFromDisposeScope();
    }

    /// <summary>The running means and steps of the optimizer, in a fixed order, for checkpoints.</summary>
    public IEnumerable<Tensor> State => _slots.SelectMany(slot => new[] { slot.Mean, slot.Square, slot.Step });

    /// <summary>What is updated, without autograd.</summary>
    public IEnumerable<Tensor> Values => _slots.Select(slot => slot.Value);

    /// <summary>
    /// What each parameter's learning rate is multiplied by; null for 1. A parameter whose factor is 0 is frozen: it does not
    /// move or decay, its running means stand still, and its gradient does not count for clipping.
    /// </summary>
    public IReadOnlyList<double>? RateFactors { get; set; }

    /// <summary>The learning rate of the next steps. It is held on the device.</summary>
    public double Rate
    {
        set
        {
            using (no_grad())
                _rate.fill_(value);
        }
    }

    /// <summary>Updates the parameters, and gives the gradients' norm before clipping, on the device.</summary>
    /// <param name="gradients">One for each parameter; they are scaled in place.</param>
    /// <param name="rows">Where the first parameter's gradient has a row for each of these rows alone; null where it is whole.</param>
    public Tensor Step(IReadOnlyList<Tensor> gradients, Tensor? rows = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        int[] moving = [.. Enumerable.Range(0, _slots.Length).Where(i => RateFactors is null || RateFactors[i] != 0)];
        Tensor norm = TorchScripts.ClipGradients([.. moving.Select(i => gradients[i])], _clip > 0 ? _clip : double.MaxValue);
        Slot[] slots = [.. _slots];
        if (rows is not null)
            slots[0] = _slots[0].Rows(rows);
        foreach (IGrouping<(bool IsMatrix, double Factor), int> group in moving.GroupBy(i => (slots[i].IsMatrix, RateFactors?[i] ?? 1)))
        {
            TorchScripts.AdamWStep(
                [.. group.Select(i => slots[i].Value)],
                [.. group.Select(i => gradients[i])],
                [.. group.Select(i => slots[i].Mean)],
                [.. group.Select(i => slots[i].Square)],
                [.. group.Select(i => slots[i].Step)],
                group.Key.Factor == 1 ? _rate : _rate * group.Key.Factor,
                group.Key.IsMatrix ? _decay : 0,
                Beta1,
                Beta2);
        }

        if (rows is not null && moving.Contains(0))
            _slots[0].Put(rows, slots[0]);
        return norm.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _rate.Dispose();
        foreach (Slot slot in _slots)
        {
            slot.Value.Dispose();
            slot.Mean.Dispose();
            slot.Square.Dispose();
            slot.Step.Dispose();
        }
    }

    /// <summary>A parameter's own memory, without the autograd that an in-place update must not touch, and its running means.</summary>
    private sealed class Slot
    {
        public Slot(Parameter parameter)
            : this(
                parameter.detach().DetachFromDisposeScope(),
                zeros_like(parameter, requires_grad: false).DetachFromDisposeScope(),
                zeros_like(parameter, requires_grad: false).DetachFromDisposeScope(),
                zeros(1, dtype: ScalarType.Float32, device: parameter.device).squeeze(0).DetachFromDisposeScope())
        {
        }

        private Slot(Tensor value, Tensor mean, Tensor square, Tensor step) =>
            (Value, Mean, Square, Step, IsMatrix) = (value, mean, square, step, value.dim() > 1);

        public bool IsMatrix { get; }

        public Tensor Value { get; }

        public Tensor Mean { get; }

        public Tensor Square { get; }

        public Tensor Step { get; }

        public Slot Rows(Tensor rows) => new(Value.index_select(0, rows), Mean.index_select(0, rows), Square.index_select(0, rows), Step);

        public void Put(Tensor rows, Slot updated)
        {
            Value.index_copy_(0, rows, updated.Value);
            Mean.index_copy_(0, rows, updated.Mean);
            Square.index_copy_(0, rows, updated.Square);
        }
    }
}
