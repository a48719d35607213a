namespace MlNetSeqRec;

/// <summary>The random numbers that negatives are drawn with; renewed at the start of each epoch.</summary>
internal sealed class NegativeSource
{
    public Random Random { get; set; } = new(0);
}
