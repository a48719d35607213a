using System.Text;
using CsCheck;

namespace MlNetSeqRec.Tests.Data;

/// <summary>What happens to files: bytes turned, lost, doubled or put in.</summary>
internal static class Damage
{
    private static readonly byte[][] Insertions =
    [
        [0], [1], [0xFF], [0xEF, 0xBB, 0xBF], [0xED, 0xA0, 0x80], [0xE2, 0x80, 0xA8], [0xC2, 0x85], [0x1A], [0x0B],
        .. new[]
        {
            "\r\n", "\n", "\r", "\n\n\n", "\"", "\"\"", "'", "\\", "\t", ",", " ", "{", "}", "[[[[", "null", "\\u0000", "\\ud800", "\\x", "1e999", "-", "99999999999999999999",
            "1.5", "NaN", "'; DROP TABLE events; --", "\"a\": {}, ", "'a': {}, ", "\"timestamp\": ", "é", "\U0001F600", "True", "b'x'", "({})",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly Gen<Func<byte[], byte[]>> One = Gen.Select(
        Gen.Int[0, 4], Gen.Double.Unit, Gen.Double.Unit, Gen.Int[1, 255], Gen.OneOf(Insertions), (kind, where, much, turn, insertion) => (Func<byte[], byte[]>)(bytes =>
        {
            int at = (int)(where * bytes.Length);
            int length = Math.Min((int)(much * much * 200), bytes.Length - at);
            return kind switch
            {
                0 when bytes.Length > 0 => [.. bytes[..at], (byte)(bytes[at] ^ turn), .. bytes[(at + 1)..]],
                1 => bytes[..at],
                2 => [.. bytes[..at], .. bytes[(at + length)..]],
                3 => [.. bytes[..(at + length)], .. bytes[at..]],
                _ => [.. bytes[..at], .. insertion, .. bytes[at..]],
            };
        }));

    /// <summary>One to four damages of a file.</summary>
    public static Gen<byte[]> To(byte[] file) => One.Array[1, 4].Select(damages => damages.Aggregate(file, (bytes, damage) => damage(bytes)));
}
