namespace MlNetSeqRec;

/// <summary>How several domains share a training.</summary>
/// <param name="Exponent">A domain's share of the batches is as its own number of batches to this power.</param>
/// <param name="AllNegatives">Whether a target competes with the items of all domains, and not of its own alone.</param>
internal sealed record DomainMixing(double Exponent, bool AllNegatives)
{
    /// <summary>Of a single domain.</summary>
    public static DomainMixing None { get; } = new(1, false);
}
