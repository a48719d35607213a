using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>The drawn negatives of a step, each once, and padding that was drawn 0 times.</summary>
/// <param name="Items">Items of the catalogue; their vectors are the step's first rows.</param>
/// <param name="Counts">How often each was drawn.</param>
/// <param name="Drawn">The sum of the counts.</param>
/// <param name="Distinct">Negatives without the padding.</param>
/// <param name="LogProbabilities">ln of the probability with which each of the step's items is drawn, in units of 2^-32, as the buffer holds whole numbers.</param>
internal sealed record NegativeData(Section Items, Section Counts, int Drawn, int Distinct, Section LogProbabilities)
{
    private const double Unit = 1.0 / (1L << 32);

    public static long ToUnits(double logarithm) => (long)Math.Round(logarithm / Unit);

    /// <summary>ln of the probability with which each of the step's items is drawn, [step's items], single precision.</summary>
    public Tensor LogProbabilitiesOf(Tensor block) => (LogProbabilities.Of(block).to(ScalarType.Float64) * Unit).to(ScalarType.Float32);
}
