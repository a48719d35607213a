using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace MlNetSeqRec;

/// <summary>
/// A pre-norm transformer block with causal attention: x + Attention(Norm(x)), then x + FeedForward(Norm(x)).
/// Input and output are [batch, length, width]. Sequences are padded on the right, so that causality alone keeps
/// padding out of every real position.
/// </summary>
internal sealed class TransformerBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm attentionNorm;
    private readonly Linear queryKeyValue;
    private readonly Linear attentionOut;
    private readonly LayerNorm feedForwardNorm;
    private readonly Linear feedForwardIn;
    private readonly Linear feedForwardOut;
    private readonly int _heads;
    private readonly double _dropout;

    public TransformerBlock(int width, int heads, double dropout)
        : base(nameof(TransformerBlock))
    {
        (_heads, _dropout) = (heads, dropout);
        attentionNorm = LayerNorm(width);
        queryKeyValue = Linear(width, 3 * width);
        attentionOut = Linear(width, width);
        feedForwardNorm = LayerNorm(width);
        feedForwardIn = Linear(width, 4 * width);
        feedForwardOut = Linear(4 * width, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = Dropout.AddTo(x, Attend(attentionNorm.call(x)), _dropout, training);
        Tensor hidden = F.gelu(feedForwardIn.call(feedForwardNorm.call(x)));
        return Dropout.AddTo(x, feedForwardOut.call(hidden), _dropout, training);
    }

    private Tensor Attend(Tensor x)
    {
        (long batch, long length, long width) = (x.shape[0], x.shape[1], x.shape[2]);
        Tensor[] parts = queryKeyValue.call(x).view(batch, length, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4).unbind(0);
        Tensor mixed = F.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
        return attentionOut.call(mixed.transpose(1, 2).reshape(batch, length, width));
    }
}
