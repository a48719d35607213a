namespace MlNetSeqRec;

/// <summary>Options of pre-training on several domains.</summary>
public sealed class PreTrainingOptions
{
    /// <summary>The network and how to train it. Items and ValidationData are those of the domains. By default items are known by their text alone, which is what carries over to other domains.</summary>
    public SequentialTransformerOptions Training { get; set; } = new() { ItemEncoding = ItemEncoding.Text };

    /// <summary>
    /// How much a domain's size counts: its share of the batches is as its own number of batches to this power. 1 passes through each
    /// domain once an epoch, 0 gives all domains as much; in between, small domains are not lost.
    /// </summary>
    public double DomainExponent { get; set; } = 0.5;

    /// <summary>Whether a target competes with the items of all domains in the loss; by default with those of its own domain, among which it will be ranked.</summary>
    public bool NegativesFromAllDomains { get; set; }

    internal void Check()
    {
        Training.Check();
        if (DomainExponent is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(DomainExponent), DomainExponent, $"{nameof(DomainExponent)} must be from 0 to 1");
        if (Training.Items is not null || Training.ValidationData is not null)
            throw new ArgumentException("Items and ValidationData of pre-training are those of its domains: leave those of Training empty");
    }
}
