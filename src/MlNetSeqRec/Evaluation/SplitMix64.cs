namespace MlNetSeqRec;

/// <summary>
/// A small random generator (Steele, Lea and Flood 2014), with one independent stream for each pair of numbers.
/// <see cref="Random"/> will not do: its streams of neighbouring seeds resemble each other.
/// </summary>
internal struct SplitMix64
{
    private ulong _state;

    internal SplitMix64(int seed, int stream) => _state = Mix(Mix((uint)seed + 1UL) + (uint)stream);

    /// <summary>A number from 0 up to, not including, <paramref name="limit"/>.</summary>
    internal int Next(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

    private ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
