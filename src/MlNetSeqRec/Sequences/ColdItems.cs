using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>
/// Items that a training is kept from seeing, so that a test can ask for them: drawn by their ids alone, so that every split
/// of every data set with the same share agrees on them.
/// </summary>
internal static class ColdItems
{
    /// <summary>Whether an item is one of a share of all items. Those of a smaller share are among those of a larger one.</summary>
    public static bool Contains(ReadOnlySpan<char> id, double share)
    {
        // FNV-1a over the id's UTF-16 bytes, then a finisher that spreads similar ids.
        ulong hash = 14695981039346656037;
        foreach (byte value in MemoryMarshal.AsBytes(id))
            hash = unchecked((hash ^ value) * 1099511628211);
        hash = unchecked((hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93);
        hash ^= hash >> 32;
        return hash * Math.Pow(2, -64) < share;
    }

    /// <summary>
    /// The sequences without events of cold items but each user's last, which may be a target. Where fewer than three events
    /// are left, so that the last is no target, it goes too.
    /// </summary>
    public static UserSequences RemoveFrom(UserSequences sequences, double share)
    {
        bool[] isCold = Array.ConvertAll(sequences.ItemIds, id => Contains(id, share));
        return sequences.Where((user, kept) =>
        {
            int start = (int)sequences.StartOf(user), end = start + sequences.LengthOf(user);
            for (int at = start; at < end - 1; at++)
            {
                if (!isCold[sequences.Items[at]])
                    kept.Add(at);
            }

            if (end > start && (kept.Count >= 2 || !isCold[sequences.Items[end - 1]]))
                kept.Add(end - 1);
        });
    }
}
