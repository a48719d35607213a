using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>One configuration of a sweep.</summary>
/// <param name="Width">Width of vectors and states.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Size">About how many interactions; null for all.</param>
/// <param name="Epochs">Passes over them.</param>
public sealed record SweepRun(int Width, int Layers, long? Size, int Epochs)
{
    /// <summary>The size as it is written: a number, or all.</summary>
    public string SizeName => Size?.ToString(CultureInfo.InvariantCulture) ?? "all";

    /// <summary>A name that the same configuration with the same other settings on the same corpus has again.</summary>
    public string Id(string corpus, IEnumerable<string> settings) => string.Create(CultureInfo.InvariantCulture, $"w{Width}-l{Layers}-{SizeName}-e{Epochs}-")
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [corpus, .. settings]))))[..8];
}
