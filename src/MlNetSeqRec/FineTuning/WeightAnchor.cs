using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Elastic weight consolidation (Kirkpatrick et al., 2017): the loss grows by λ/2 · Σ F (θ - θ*)², which holds weights that
/// mattered in pre-training, where the Fisher information F is large, near their pre-trained values θ*.
/// </summary>
/// <param name="strength">λ</param>
/// <param name="parts">For each parameter in the optimizer's order its values, F and θ*; null where nothing is known of it.</param>
internal sealed class WeightAnchor(double strength, IReadOnlyList<WeightAnchor.Part?> parts) : IDisposable
{
    /// <summary>Adds the penalty's gradient, λ · F · (θ - θ*).</summary>
    public void AddTo(IReadOnlyList<Tensor> gradients)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i] is { } part)
                gradients[i].addcmul_(part.Fisher, part.Value - part.Anchor, strength);
        }
    }

    public void Dispose()
    {
        foreach (Part? part in parts)
        {
            part?.Value.Dispose();
            part?.Fisher.Dispose();
            part?.Anchor.Dispose();
        }
    }

    /// <param name="Value">The parameter as it stands, θ.</param>
    /// <param name="Fisher">F, of the same shape.</param>
    /// <param name="Anchor">θ*, of the same shape.</param>
    internal sealed record Part(Tensor Value, Tensor Fisher, Tensor Anchor);
}
