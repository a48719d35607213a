namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// A network and a batch as SRT's authors trained them, and their own count of its size and cost: multiply-accumulates of the
/// linear layers on the way forward, padding included, without the products of attention, without logits and without the way
/// back. It exists to put runs beside theirs; <see cref="TrainingCost"/> counts what is really computed.
/// </summary>
public sealed record SrtConfiguration
{
    /// <summary>Transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of vectors and states.</summary>
    public required int Width { get; init; }

    /// <summary>Width inside the feed-forward network.</summary>
    public required int InnerWidth { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Negatives drawn for each example.</summary>
    public required int Negatives { get; init; }

    /// <summary>Rows of the token tables together.</summary>
    public required long TokenRows { get; init; }

    /// <summary>Examples in a batch.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Positions of an example, padding included.</summary>
    public int SequenceLength { get; init; } = 50;

    /// <summary>Parameters without the token tables.</summary>
    public long NonTableParameters
    {
        get
        {
            long h = Width, i = InnerWidth;
            long block = (4 * ((h * h) + h)) + ((h * i) + i) + ((i * h) + h) + (4 * h);
            return (SequenceLength * h) + (Layers * block) + (2 * h * h) + h + (2 * h);
        }
    }

    /// <summary>Parameters with the token tables.</summary>
    public long Parameters => NonTableParameters + (TokenRows * Width);

    /// <summary>The way forward of a batch without its negatives, multiply-accumulates.</summary>
    public long ForwardFlops
    {
        get
        {
            long b = BatchSize, s = SequenceLength, h = Width, i = InnerWidth, l = Layers;
            long linear = b * s * ((2 * h * h) + (l * ((4 * h * h) + (2 * h * i))));
            long norms = 4 * b * s * h * (1 + (2 * l));
            long softmax = l * b * Heads * s * ((3 * s) - 1);
            return checked(linear + norms + softmax);
        }
    }

    /// <summary>The way forward of a batch with the adapter over targets and negatives, multiply-accumulates.</summary>
    public long BatchFlops => checked(ForwardFlops + ((long)BatchSize * (1 + Negatives) * 2 * Width * Width));

    /// <summary>An epoch over some examples (each event but a user's first is one), multiply-accumulates, rounded down.</summary>
    public long EpochFlops(long examples) => checked((long)((Int128)BatchFlops * examples / BatchSize));
}
