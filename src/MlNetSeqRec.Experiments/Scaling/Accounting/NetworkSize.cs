namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>The parameters of a network of this library, without building it.</summary>
public sealed record NetworkSize
{
    /// <summary>What item vectors are made from; not <see cref="ItemEncoding.Auto"/>.</summary>
    public required ItemEncoding Encoding { get; init; }

    /// <summary>Items of the catalogue, for a table of ids.</summary>
    public required long Items { get; init; }

    /// <summary>Rows of the token table, for text.</summary>
    public required long TokenRows { get; init; }

    /// <summary>Width of vectors and states.</summary>
    public required int Width { get; init; }

    /// <summary>Transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>How many of the latest items the network looks at.</summary>
    public int MaximumLength { get; init; } = 50;

    /// <summary>Parameters of the tables of ids and tokens.</summary>
    public long TableParameters => Width * ((HasIds ? Items : 0) + (HasText ? TokenRows : 0));

    /// <summary>Parameters without those tables.</summary>
    public long NonTableParameters
    {
        get
        {
            long d = Width;
            long adapter = HasText ? (2 * ((d * d) + d)) + (2 * d) : 0;
            long block = (12 * d * d) + (13 * d); // four products in attention, eight in the feed-forward network, biases and norms
            return adapter + (MaximumLength * d) + (Layers * block) + (2 * d);
        }
    }

    /// <summary>All parameters.</summary>
    public long Parameters => TableParameters + NonTableParameters;

    private bool HasIds => Encoding is ItemEncoding.Id or ItemEncoding.IdAndText;

    private bool HasText => Encoding is ItemEncoding.Text or ItemEncoding.IdAndText;
}
