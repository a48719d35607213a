using System.Security.Cryptography;
using System.Text;

namespace MlNetSeqRec.Data.Bulk;

/// <summary>All that the bytes of a folder's recommendations follow from, so that parts of two models or data sets never come together.</summary>
/// <param name="FormatVersion">Of this record and of the parts.</param>
/// <param name="Software">The version that writes.</param>
/// <param name="Model">SHA-256 of the model, its rules of what it may recommend, and the re-ranker.</param>
/// <param name="Data">SHA-256 of the footers of the Parquet files, which hold where columns lie and what they range over, and of their partitions.</param>
/// <param name="Parts">How many parts there are.</param>
internal sealed record RecommendationStamp(int FormatVersion, string Software, string Model, string Data, int Parts)
{
    public static RecommendationStamp Of(SequentialRecommendationTransformer model, RerankingTransformer? reranker, InteractionSource source, int parts) =>
        new(1, Fingerprint.SoftwareVersion, OfModel(model, reranker), OfData(source), parts);

    /// <summary>What of this is not as in another one, in words.</summary>
    public string DifferenceFrom(RecommendationStamp other) =>
        Model != other.Model ? "of another model, or with other rules of what it may recommend"
        : Data != other.Data ? "for other data"
        : Parts != other.Parts ? $"in {other.Parts} parts, not {Parts}"
        : $"by version {other.Software}, not {Software}";

    private static string OfModel(SequentialRecommendationTransformer model, RerankingTransformer? reranker)
    {
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        using (var buffered = new BufferedStream(hashed, 1 << 20))
        {
            model.Save(buffered);
            using var writer = new BinaryWriter(buffered, Encoding.UTF8, leaveOpen: true);
            reranker?.Write(writer);
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }

    private static string OfData(InteractionSource source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> end = stackalloc byte[8]; // the footer's length, and PAR1
        foreach (string path in source.Files)
        {
            using FileStream file = File.OpenRead(path);
            file.Seek(-end.Length, SeekOrigin.End);
            file.ReadExactly(end);
            var footer = new byte[BitConverter.ToInt32(end)];
            file.Seek(-end.Length - footer.Length, SeekOrigin.End);
            file.ReadExactly(footer);
            string partitions = string.Join('/', path.Split('/', '\\').Where(folder => folder.Contains('=', StringComparison.Ordinal)));
            hash.AppendData(Encoding.UTF8.GetBytes($"{partitions} {file.Length}\n"));
            hash.AppendData(footer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
