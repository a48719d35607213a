using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MlNetSeqRec;

/// <summary>
/// The state after the last item of one history: what <see cref="SequentialNetwork.Encode"/> gives for its last position,
/// sooner. A single history has no batch and no padding, its last block computes the last position alone, and the weights
/// lie transposed, as products with few rows are quickest. For networks with norms before the blocks' operations.
/// </summary>
internal sealed class LastState : IDisposable
{
    private readonly int _heads;
    private readonly double _temperature;
    private readonly Tensor _positions;
    private readonly Block[] _blocks;
    private readonly Norm _outputNorm;
    private readonly List<Tensor> _owned = [];

    /// <param name="network">The network, of whose weights copies are taken.</param>
    public LastState(SequentialNetwork network)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Dictionary<string, Parameter> named = network.SequenceEncoder.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        (_heads, _temperature) = (network.Shape.Heads, network.Shape.Temperature);
        _positions = Own(named["positions.weight"]);
        _outputNorm = NormOf("outputNorm");
        _blocks = [.. Enumerable.Range(0, network.Shape.Layers).Select(i => $"blocks.{i}.").Select(block => new Block(
            NormOf(block + "attentionNorm"),
            LinearOf(block + "queryKeyValue"),
            LinearOf(block + "attentionOut"),
            NormOf(block + "feedForwardNorm"),
            LinearOf(block + "feedForwardIn"),
            LinearOf(block + "feedForwardOut")))];

        Norm NormOf(string name) => new(Own(named[name + ".weight"]), Own(named[name + ".bias"]));
        Linear LinearOf(string name) => new(Own(named[name + ".weight"].t()), Own(named[name + ".bias"]));
    }

    /// <summary>The state, [1, width]. The caller's dispose scope owns it.</summary>
    /// <param name="itemVectors">[items, width]</param>
    /// <param name="history">Rows of <paramref name="itemVectors"/>, [length].</param>
    /// <param name="fromEnd">Positions counted from the last item, [length].</param>
    public Tensor Of(Tensor itemVectors, Tensor history, Tensor fromEnd)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Tensor x = itemVectors.index_select(0, history).add_(_positions.index_select(0, fromEnd));
        for (int i = 0; i < _blocks.Length; i++)
            x = Apply(_blocks[i], x, lastOnly: i == _blocks.Length - 1);
        return Similarity.States(_outputNorm.Of(x.narrow(0, x.shape[0] - 1, 1)), _temperature).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _owned)
            tensor.Dispose();
    }

    // As TransformerBlock, on [length, width]; gives [1, width] where only the last position counts.
    private Tensor Apply(Block block, Tensor x, bool lastOnly)
    {
        (long length, long width) = (x.shape[0], x.shape[1]);
        Tensor[] parts = block.QueryKeyValue.Of(block.AttentionNorm.Of(x)).view(1, length, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4).unbind(0);
        Tensor queries = lastOnly ? parts[0].narrow(2, length - 1, 1) : parts[0];
        Tensor mixed = F.scaled_dot_product_attention(queries, parts[1], parts[2], is_casual: !lastOnly);
        x = lastOnly ? x.narrow(0, length - 1, 1) : x;
        x = block.AttentionOut.Of(mixed.transpose(1, 2).reshape(-1, width)).add_(x);
        Tensor hidden = F.gelu(block.FeedForwardIn.Of(block.FeedForwardNorm.Of(x)));
        return block.FeedForwardOut.Of(hidden).add_(x);
    }

    private Tensor Own(Tensor weight)
    {
        Tensor copy = weight.detach().contiguous().clone().DetachFromDisposeScope();
        _owned.Add(copy);
        return copy;
    }

    private sealed record Block(Norm AttentionNorm, Linear QueryKeyValue, Linear AttentionOut, Norm FeedForwardNorm, Linear FeedForwardIn, Linear FeedForwardOut);

    private sealed record Norm(Tensor Weight, Tensor Bias)
    {
        public Tensor Of(Tensor x) => F.layer_norm(x, [x.shape[^1]], Weight, Bias);
    }

    /// <param name="Weight">[in, out]</param>
    /// <param name="Bias">[out]</param>
    private sealed record Linear(Tensor Weight, Tensor Bias)
    {
        public Tensor Of(Tensor x) => addmm(Bias, x, Weight, 1, 1);
    }
}
