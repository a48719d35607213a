using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace MlNetSeqRec;

/// <summary>
/// A transformer block with causal attention: x + Attention(Norm(x)), then x + FeedForward(Norm(x)); or, with norms after the sums,
/// Norm(x + Attention(x)), then Norm(x + FeedForward(x)).
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
    private readonly bool _postNorm;

    public TransformerBlock(int width, int heads, double dropout, bool postNorm)
        : base(nameof(TransformerBlock))
    {
        (_heads, _dropout, _postNorm) = (heads, dropout, postNorm);
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
        if (_postNorm)
        {
            x = attentionNorm.call(Dropout.AddTo(x, Attend(x), _dropout, training));
            return feedForwardNorm.call(Dropout.AddTo(x, FeedForward(x), _dropout, training));
        }

        x = Dropout.AddTo(x, Attend(attentionNorm.call(x)), _dropout, training);
        return Dropout.AddTo(x, FeedForward(feedForwardNorm.call(x)), _dropout, training);
    }

    private Tensor FeedForward(Tensor x) => feedForwardOut.call(F.gelu(feedForwardIn.call(x)));

    private Tensor Attend(Tensor x)
    {
        (long batch, long length, long width) = (x.shape[0], x.shape[1], x.shape[2]);
        Tensor[] parts = queryKeyValue.call(x).view(batch, length, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4).unbind(0);
        Tensor mixed = F.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
        return attentionOut.call(mixed.transpose(1, 2).reshape(batch, length, width));
    }
}
