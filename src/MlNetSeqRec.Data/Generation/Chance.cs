namespace MlNetSeqRec.Data.Generation;

/// <summary>SplitMix64: a generator whose numbers are the same in every version of .NET. One for each user, so users are independent.</summary>
internal sealed class Chance(long seed, long stream)
{
    private ulong _state = Mix(unchecked((ulong)seed * 0x9E3779B97F4A7C15UL) ^ Mix(unchecked((ulong)stream)));

    /// <summary>Uniform in [0, 1).</summary>
    public double Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Uniform in 0 … <paramref name="count"/> − 1.</summary>
    public int Below(int count) => (int)(Next() * count);

    /// <summary>
    /// Skewed to the front in 0 … <paramref name="count"/> − 1, as popularity is: with the power 2 the first of n is drawn
    /// with probability 1/√n.
    /// </summary>
    public int Skewed(int count, double power = 2) => (int)(Math.Pow(Next(), power) * count);

    /// <summary>Geometric: 0, 1, 2, … with the given mean.</summary>
    public int Geometric(double mean) => mean <= 0 ? 0 : (int)(Math.Log(1 - Next()) / Math.Log(mean / (1 + mean)));

    /// <summary>A bijection that scatters neighbours.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
