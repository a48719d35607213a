using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MlNetSeqRec;

/// <summary>
/// Dropout, by libtorch on a GPU. On a CPU libtorch draws one random number at a time, which took half of the forward
/// pass: there the masks come from a vectorised xorshift128+ generator. Both are seeded before each step.
/// </summary>
internal static class Dropout
{
    private static Vector256<ulong> _first;
    private static Vector256<ulong> _second;

    /// <summary>Makes everything that is dropped until the next call depend on <paramref name="seed"/> alone.</summary>
    public static void Seed(long seed)
    {
        random.manual_seed(seed);
        _first = Vector256.Create(Mix(seed, 1), Mix(seed, 2), Mix(seed, 3), Mix(seed, 4));
        _second = Vector256.Create(Mix(seed, 5), Mix(seed, 6), Mix(seed, 7), Mix(seed, 8));
    }

    /// <summary>Zeroes a share of the values and scales the others up, so that their mean stays.</summary>
    public static Tensor Apply(Tensor x, double share, bool training)
    {
        if (!training || share == 0)
            return x;
        return x.device_type == DeviceType.CPU ? x * Mask(x.shape, share) : F.dropout(x, share, true);
    }

    /// <summary><paramref name="x"/> + dropout(<paramref name="y"/>).</summary>
    public static Tensor AddTo(Tensor x, Tensor y, double share, bool training)
    {
        if (training && share > 0 && x.device_type == DeviceType.CPU)
            return x.addcmul(y, Mask(y.shape, share), 1);
        return x + Apply(y, share, training);
    }

    /// <summary>0 with the probability <paramref name="share"/>, else 1 / (1 - share).</summary>
    public static Tensor Mask(ReadOnlySpan<long> shape, double share, Device? device = null)
    {
        if (device is not null && device.type != DeviceType.CPU)
            return F.dropout(ones(shape, device: device), share, true);
        Tensor mask = empty(shape);
        Fill(MemoryMarshal.Cast<byte, float>(mask.bytes), share);
        return mask;
    }

    private static void Fill(Span<float> values, double share)
    {
        Vector256<uint> limit = Vector256.Create((uint)(share * uint.MaxValue));
        Vector256<float> kept = Vector256.Create((float)(1 / (1 - share)));
        Vector256<ulong> a = _first, b = _second;
        Span<float> last = stackalloc float[Vector256<float>.Count];
        for (int i = 0; i < values.Length; i += last.Length)
        {
            Vector256<uint> drawn = (a + b).AsUInt32();
            Vector256<ulong> next = a ^ (a << 23);
            (a, b) = (b, next ^ b ^ (next >>> 18) ^ (b >>> 5));
            Vector256<float> chosen = Vector256.GreaterThanOrEqual(drawn, limit).AsSingle() & kept;
            if (i + last.Length <= values.Length)
            {
                chosen.CopyTo(values[i..]);
                continue;
            }

            chosen.CopyTo(last);
            last[..(values.Length - i)].CopyTo(values[i..]);
        }

        (_first, _second) = (a, b);
    }

    // SplitMix64 (Steele, Lea and Flood, 2014).
    private static ulong Mix(long seed, int lane)
    {
        ulong z = unchecked((ulong)seed + ((ulong)lane * 0x9E3779B97F4A7C15UL));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return z ^ (z >> 31);
    }
}
