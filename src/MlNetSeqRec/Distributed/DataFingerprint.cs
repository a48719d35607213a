using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MlNetSeqRec;

/// <summary>Tells data sets apart by all that is trained and validated on.</summary>
internal static class DataFingerprint
{
    /// <summary>The program's version, and that of the library under it.</summary>
    public static string Version { get; } = $"{Of(typeof(DataFingerprint))}, TorchSharp {Of(typeof(TorchSharp.torch))}";

    /// <summary>Hash of the histories, the validation data, the items' ids and their tokens.</summary>
    public static string Of(TrainingDomain domain, ItemTokens? tokens)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, domain.Histories);
        if (domain.Validation is { } held)
            Add(hash, held);
        for (int item = 0; item < domain.Catalogue.Count; item++)
        {
            hash.AppendData(MemoryMarshal.AsBytes(domain.Catalogue.IdOf(item).AsSpan()));
            hash.AppendData([0, 0]);
        }

        if (tokens is not null)
        {
            hash.AppendData(MemoryMarshal.AsBytes(tokens.Tokens.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(tokens.Offsets.AsSpan()));
        }

        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private static void Add(IncrementalHash hash, EncodedHistories histories)
    {
        hash.AppendData(MemoryMarshal.AsBytes(histories.Items.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(histories.Offsets.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes((histories.Targets ?? []).AsSpan()));
    }

    private static string Of(Type type) => type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
