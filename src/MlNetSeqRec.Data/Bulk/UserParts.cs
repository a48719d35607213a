using System.Text;

namespace MlNetSeqRec.Data.Bulk;

/// <summary>Some of the parts that users are divided into. A user's part follows from the id alone, on every machine.</summary>
/// <param name="count">How many parts there are.</param>
/// <param name="wanted">Some of them.</param>
internal sealed class UserParts(int count, IReadOnlyList<int> wanted)
{
    private const long InteractionsEach = 1_000_000;

    private readonly HashSet<int> _wanted = [.. wanted];

    /// <summary>How many parts so many interactions make.</summary>
    public static int For(long interactions) =>
        (int)Math.Clamp((interactions + InteractionsEach - 1) / InteractionsEach, 1, RecommendationFolder.MostParts);

    /// <summary>The part of a user, given as UTF-8: FNV-1a of 64 bits, its halves folded, modulo the number of parts.</summary>
    public int Of(ReadOnlySpan<byte> user)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in user)
        {
            hash = (hash ^ b) * 1099511628211;
        }

        return (int)((hash ^ (hash >> 32)) % (ulong)count);
    }

    /// <summary>Whether a user is in one of the wanted parts.</summary>
    public bool Contains(ReadOnlySpan<byte> user) => _wanted.Contains(Of(user));

    /// <summary>The users of each wanted part, in the order of their ids.</summary>
    public IEnumerable<(int Part, int[] Users)> Members(UserSequences sequences)
    {
        var partOf = new int[sequences.Users];
        for (int user = 0; user < partOf.Length; user++)
        {
            partOf[user] = Of(Encoding.UTF8.GetBytes(sequences.UserId(user)));
        }

        ILookup<int, int> users = Enumerable.Range(0, partOf.Length).ToLookup(user => partOf[user]);
        foreach (int part in wanted)
        {
            int[] members = [.. users[part]];
            Array.Sort(Array.ConvertAll(members, sequences.UserId), members, StringComparer.Ordinal);
            yield return (part, members);
        }
    }
}
