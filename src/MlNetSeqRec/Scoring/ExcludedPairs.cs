using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Items that some users shall not be given, as pairs in ascending order of user and item.</summary>
/// <param name="Users">[pairs], int64.</param>
/// <param name="Items">[pairs], int64.</param>
/// <param name="Offsets">The pairs of user u run from Offsets[u] to Offsets[u + 1].</param>
internal sealed record ExcludedPairs(Tensor Users, Tensor Items, long[] Offsets)
{
    /// <param name="itemsOf">The items of each user in any order, also more than once; those below 0 are passed over.</param>
    /// <param name="device">Where the tensors go; the caller's dispose scope owns them.</param>
    public static ExcludedPairs Make(IReadOnlyList<ReadOnlyMemory<int>> itemsOf, Device device)
    {
        var users = new List<long>();
        var items = new List<long>();
        var offsets = new long[itemsOf.Count + 1];
        for (int user = 0; user < itemsOf.Count; user++)
        {
            foreach (int item in itemsOf[user].Span.DistinctSorted())
            {
                if (item < 0)
                    continue;
                users.Add(user);
                items.Add(item);
            }

            offsets[user + 1] = users.Count;
        }

        return new ExcludedPairs(tensor(users.ToArray(), device: device), tensor(items.ToArray(), device: device), offsets);
    }

    /// <summary>The pairs of some consecutive users, who are counted from 0.</summary>
    public (Tensor Users, Tensor Items) Of(long firstUser, long count)
    {
        (long start, long pairs) = (Offsets[firstUser], Offsets[firstUser + count] - Offsets[firstUser]);
        return (Users.narrow(0, start, pairs) - firstUser, Items.narrow(0, start, pairs));
    }
}
