using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// The sequence encoder's way forward and back, in single precision or in bfloat16. In bfloat16 a copy of the weights
/// computes, renewed from those in single precision before each step, to which the optimizer's small steps are added.
/// </summary>
internal sealed class EncoderPass : IDisposable
{
    private const string PositionsName = "positions.weight";

    private readonly SequenceEncoder _encoder;
    private readonly SequenceEncoder _computing;
    private readonly Parameter[] _computingWeights;
    private readonly Tensor[] _masters;
    private readonly Tensor[] _copies;
    private readonly Tensor[] _gradients;
    private bool _hasGradients;

    public EncoderPass(SequenceEncoder encoder, NetworkShape shape, bool half, Device device)
    {
        (_encoder, Type) = (encoder, half ? ScalarType.BFloat16 : ScalarType.Float32);
        _computing = encoder;
        if (half)
        {
            _computing = new SequenceEncoder(shape);
            _computing.to(device).to(ScalarType.BFloat16);
        }

        Weights = [.. Transformed(encoder)];
        Names = [.. encoder.named_parameters().Select(named => named.name).Where(name => name != PositionsName)];
        _computingWeights = [.. Transformed(_computing)];
        _masters = half ? Detached(Weights) : [];
        _copies = half ? Detached(_computingWeights) : [];
        _gradients = [.. Weights.Select(weight => zeros_like(weight, requires_grad: false).DetachFromDisposeScope())];
        Positions = encoder.Positions.detach().DetachFromDisposeScope();
    }

    /// <summary>What states are computed in.</summary>
    public ScalarType Type { get; }

    /// <summary>The trained weights but the positions', in the order of <see cref="Gradients"/>.</summary>
    public Parameter[] Weights { get; }

    /// <summary>Their names within the encoder, in the same order.</summary>
    public string[] Names { get; }

    /// <summary>The position vectors, [longest history, width], single precision.</summary>
    public Tensor Positions { get; }

    /// <summary>The sums of the gradients of the passes since <see cref="Begin"/>, single precision.</summary>
    public Tensor[] Gradients
    {
        get
        {
            if (!_hasGradients) // a rank's share of a small step may be empty
            {
                using (no_grad())
                {
                    foreach (Tensor gradient in _gradients)
                        gradient.zero_();
                }
            }

            return _gradients;
        }
    }

    /// <summary>Renews the weights that compute, and forgets the gradients.</summary>
    public void Begin()
    {
        _hasGradients = false;
        if (_copies.Length > 0)
        {
            using (no_grad())
                TorchScripts.Copy(_masters, _copies);
        }
    }

    /// <summary>States at some places, [places, width], from the sums of item and position vectors, [rows, length, width].</summary>
    public Tensor Forward(Tensor x, Tensor places) => _computing.Transform(x).view(-1, x.shape[2]).index_select(0, places);

    /// <summary>The gradient by <paramref name="x"/>; those by the weights are added to <see cref="Gradients"/>.</summary>
    public Tensor Backward(Tensor states, Tensor x, Tensor statesGradient)
    {
        Tensor[] own = Gradient.Of(states, statesGradient, _computingWeights);
        using (no_grad())
        {
            if (_hasGradients)
                TorchScripts.AddInPlace(_gradients, own);
            else
                TorchScripts.Copy(own, _gradients);
        }

        _hasGradients = true;
        return x.grad!;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _masters.Concat(_copies).Concat(_gradients).Append(Positions))
            tensor.Dispose();
        if (_computing != _encoder)
            _computing.Dispose();
    }

    private static IEnumerable<Parameter> Transformed(SequenceEncoder encoder) =>
        encoder.named_parameters().Where(named => named.name != PositionsName).Select(named => named.parameter);

    private static Tensor[] Detached(Parameter[] weights) => [.. weights.Select(weight => weight.detach().DetachFromDisposeScope())];
}
