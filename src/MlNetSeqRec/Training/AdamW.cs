using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// AdamW over all parameters of a network, in one operation per step and group. Matrices decay, vectors (biases and
/// norms) do not. Gradients are clipped to a common norm on the device.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;

    private readonly Group[] _groups;
    private readonly double _clip;

    public AdamW(IEnumerable<Parameter> parameters, double weightDecay, double clip)
    {
        ILookup<bool, Parameter> byDecay = parameters.ToLookup(p => p.dim() > 1);
        _groups = [.. new[] { new Group([.. byDecay[true]], weightDecay), new Group([.. byDecay[false]], 0) }.Where(g => g.Parameters.Length > 0)];
        _clip = clip;
    }

    /// <summary>The running means of the optimizer, in a fixed order, for checkpoints.</summary>
    public IEnumerable<Tensor> State => _groups.SelectMany(group => group.Means.Concat(group.Squares).Concat(group.Steps));

    public void ZeroGradients()
    {
        foreach (Parameter parameter in _groups.SelectMany(group => group.Parameters))
            parameter.grad?.zero_();
    }

    /// <summary>Updates the parameters, and gives the gradients' norm before clipping, on the device.</summary>
    public Tensor Step(double learningRate)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            Tensor[][] gradients = [.. _groups.Select(group => group.Parameters.Select(p => p.grad ?? zeros_like(p)).ToArray())];
            Tensor norm = TorchScripts.ClipGradients([.. gradients.SelectMany(g => g)], _clip > 0 ? _clip : double.MaxValue);
            for (int i = 0; i < _groups.Length; i++)
            {
                Group group = _groups[i];
                TorchScripts.AdamWStep(group.Values, gradients[i], group.Means, group.Squares, group.Steps, learningRate, group.Decay, Beta1, Beta2);
            }

            return norm.MoveToOuterDisposeScope();
        }
    }

    public void Dispose()
    {
        foreach (Tensor tensor in State.Concat(_groups.SelectMany(group => group.Values)))
            tensor.Dispose();
    }

    private sealed class Group
    {
        public Group(Parameter[] parameters, double decay)
        {
            (Parameters, Decay) = (parameters, decay);
            Values = [.. parameters.Select(p => p.detach().DetachFromDisposeScope())];
            Means = [.. parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope())];
            Squares = [.. parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope())];
            Steps = [.. parameters.Select(p => zeros(1, dtype: ScalarType.Float32, device: p.device).squeeze(0).DetachFromDisposeScope())];
        }

        public Parameter[] Parameters { get; }

        public double Decay { get; }

        /// <summary>The parameters' own memory without their autograd, which an in-place update must not touch.</summary>
        public Tensor[] Values { get; }

        public Tensor[] Means { get; }

        public Tensor[] Squares { get; }

        public Tensor[] Steps { get; }
    }
}
