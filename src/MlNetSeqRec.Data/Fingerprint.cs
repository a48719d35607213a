using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

namespace MlNetSeqRec.Data;

/// <summary>A short name for "the same inputs and settings, by the same software": equal ones mean equal results.</summary>
internal static class Fingerprint
{
    public static string SoftwareVersion { get; } =
        typeof(Fingerprint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public static string Of(params object?[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes<object?[]>([SoftwareVersion, .. parts])))[..32];

    /// <summary>Where a file lies, its size and when it was last written. A file whose content changed without these is not noticed.</summary>
    public static string OfFile(string path)
    {
        var file = new FileInfo(path);
        return Of(file.FullName, file.Length, file.LastWriteTimeUtc.Ticks);
    }
}
