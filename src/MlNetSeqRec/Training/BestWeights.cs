using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>A copy of the network's weights at its best validation so far.</summary>
internal sealed class BestWeights : IDisposable
{
    private readonly (Tensor Live, Tensor Copy)[] _weights;

    public BestWeights(nn.Module network)
    {
        _weights = [.. network.parameters().Select(p => (p.detach().DetachFromDisposeScope(), p.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>The epoch, from 1, that the copy is of; 0 while there is none.</summary>
    public int Epoch { get; private set; }

    public double Ndcg { get; private set; }

    public IEnumerable<Tensor> Copies => _weights.Select(pair => pair.Copy);

    public void Take(int epoch, double ndcg)
    {
        SetLabel(epoch, ndcg);
        foreach ((Tensor live, Tensor copy) in _weights)
            copy.copy_(live);
    }

    /// <summary>Says what the copies are, after they were read from a checkpoint.</summary>
    public void SetLabel(int epoch, double ndcg) => (Epoch, Ndcg) = (epoch, ndcg);

    /// <summary>Puts the copy back into the network.</summary>
    public void Restore()
    {
        foreach ((Tensor live, Tensor copy) in _weights)
            live.copy_(copy);
    }

    public void Dispose()
    {
        foreach ((Tensor live, Tensor copy) in _weights)
        {
            live.Dispose();
            copy.Dispose();
        }
    }
}
