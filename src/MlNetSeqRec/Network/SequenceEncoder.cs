using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MlNetSeqRec;

/// <summary>
/// The causal transformer over item vectors. Positions are counted from the end of the sequence, so that the latest item
/// always has position 0, however long the history is.
/// </summary>
internal sealed class SequenceEncoder : Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding positions;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm? inputNorm;
    private readonly LayerNorm? outputNorm;
    private readonly double _dropout;
    private readonly double _temperature;

    public SequenceEncoder(NetworkShape shape)
        : base(nameof(SequenceEncoder))
    {
        (_dropout, _temperature) = (shape.Dropout, shape.Temperature);
        positions = Embedding(shape.MaximumLength, shape.Width);
        blocks = new ModuleList<TransformerBlock>([.. Enumerable.Range(0, shape.Layers).Select(_ => new TransformerBlock(shape.Width, shape.Heads, shape.Dropout, shape.PostNorm))]);
        if (shape.PostNorm)
            inputNorm = LayerNorm(shape.Width);
        else
            outputNorm = LayerNorm(shape.Width);
        RegisterComponents();
    }

    /// <summary>Vectors of the positions, counted from the end, [longest history, width].</summary>
    public Parameter Positions => positions.weight!;

    /// <summary>States [batch, length, width], as they are compared with <see cref="Similarity.Compared"/> vectors, from item vectors of the same shape and positions [batch, length] from the end.</summary>
    public override Tensor forward(Tensor items, Tensor fromEnd) => Transform(items + positions.call(fromEnd));

    /// <summary>States [batch, length, width] from the sums of item and position vectors, of the same shape.</summary>
    public Tensor Transform(Tensor x)
    {
        x = Dropout.Apply(inputNorm?.call(x) ?? x, _dropout, training);
        foreach (TransformerBlock block in blocks)
            x = block.call(x);
        return Similarity.States(outputNorm?.call(x) ?? x, _temperature);
    }
}
