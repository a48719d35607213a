using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>NDCG@10 of the network as it stands, among the items that each user has not had.</summary>
internal sealed class Validator : IDisposable
{
    private readonly SequentialNetwork _network;
    private readonly TokenTable? _tokens;
    private readonly Tensor _popularity;
    private readonly TargetBatches _batches;

    public Validator(SequentialNetwork network, TokenTable? tokens, EncodedHistories data, int[] popularity, Device device)
    {
        (_network, _tokens) = (network, tokens);
        _popularity = tensor(Array.ConvertAll(popularity, count => (float)count), device: device).DetachFromDisposeScope();
        _batches = new TargetBatches(data, network.Shape.Items, network.Shape.MaximumLength, device);
    }

    /// <summary>The figure, or NaN where the network gives scores that are not numbers.</summary>
    public double Ndcg()
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            _network.eval();
            using var ranker = new Ranker(_network, _network.ItemEncoder.Encode(null, _tokens?.All), _popularity);
            try
            {
                return ranker.Rank(_batches).Select(rank => rank.Unseen <= 10 ? 1 / Math.Log2(rank.Unseen + 1) : 0).DefaultIfEmpty().Average();
            }
            catch (ArgumentException)
            {
                return double.NaN;
            }
        }
    }

    public void Dispose()
    {
        _batches.Dispose();
        _popularity.Dispose();
    }
}
