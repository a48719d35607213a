using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// How states and item vectors are compared: by dot product where the temperature is 0, else by cosine / temperature. What
/// both give can be compared by dot product alone: item vectors of length 1, and states of length 1 / temperature.
/// </summary>
internal static class Similarity
{
    private const float SmallSquare = 1e-5f; // added to squared lengths, so that items without text have a gradient of bounded size

    /// <summary>The vectors that states are compared with, [items, width].</summary>
    public static Tensor Compared(Tensor items, double temperature) => temperature == 0 ? items : items * InverseLength(items);

    /// <summary>States, [..., width], as they are compared with those vectors.</summary>
    public static Tensor States(Tensor states, double temperature) =>
        temperature == 0 ? states : states * (InverseLength(states) * (1 / temperature));

    /// <summary>The gradient by item vectors from that by the compared ones, both [items, width].</summary>
    public static Tensor ItemsGradient(Tensor items, Tensor comparedGradient)
    {
        Tensor inverse = InverseLength(items);
        Tensor unit = items * inverse;
        return (comparedGradient - (unit * (unit * comparedGradient).sum(1, keepdim: true))) * inverse;
    }

    private static Tensor InverseLength(Tensor vectors) => (vectors * vectors).sum(-1, keepdim: true).add_(SmallSquare).rsqrt();
}
