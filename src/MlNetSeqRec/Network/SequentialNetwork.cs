using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MlNetSeqRec;

/// <summary>
/// The whole model: item vectors, and the transformer over them. An item's score for a user compares the user's
/// state with the item's vector (<see cref="Similarity"/>): input and output vectors are the same but for their length.
/// </summary>
internal sealed class SequentialNetwork : Module
{
    public readonly ItemEncoder ItemEncoder;
    public readonly SequenceEncoder SequenceEncoder;

    public SequentialNetwork(NetworkShape shape)
        : base(nameof(SequentialNetwork))
    {
        Shape = shape;
        ItemEncoder = new ItemEncoder(shape);
        SequenceEncoder = new SequenceEncoder(shape);
        RegisterComponents();
        Initialise();
    }

    /// <summary>Standard deviation of a new network's matrices.</summary>
    public const double InitialDeviation = 0.02;

    public NetworkShape Shape { get; }

    /// <summary>States for each position of the histories in the batch.</summary>
    /// <param name="itemVectors">[items, width]</param>
    /// <param name="histories">Rows of <paramref name="itemVectors"/>, [batch, length], padded on the right with any row.</param>
    /// <param name="fromEnd">Positions counted from the last item, [batch, length].</param>
    public Tensor Encode(Tensor itemVectors, Tensor histories, Tensor fromEnd)
    {
        Tensor x = itemVectors.index_select(0, histories.reshape(-1)).view(histories.shape[0], histories.shape[1], -1);
        return SequenceEncoder.call(x, fromEnd);
    }

    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>Parameters of the tables of ids and of tokens.</summary>
    public long TableParameterCount => (ItemEncoder.IdTable?.numel() ?? 0) + (ItemEncoder.TokenVectors?.numel() ?? 0);

    // Small normal weights and zero biases, as in SASRec, BERT4Rec and SRT: the first scores are all nearly equal.
    private void Initialise()
    {
        using (no_grad())
        {
            foreach ((string name, Parameter parameter) in named_parameters())
            {
                if (parameter.dim() > 1)
                    init.normal_(parameter, 0, InitialDeviation);
                else if (name.EndsWith("bias", StringComparison.Ordinal))
                    init.zeros_(parameter);
            }
        }
    }
}
