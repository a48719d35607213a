namespace MlNetSeqRec;

/// <summary>
/// Gathers the ranks of users, in any order and from several threads, into <see cref="SequentialRankingMetrics"/>.
/// The result depends on the users alone, not on the order.
/// </summary>
/// <param name="userCount">The number of users; each must be added once.</param>
/// <param name="trainingCounts">How often training saw each item of the catalogue.</param>
/// <param name="k">The cut-offs of HR and NDCG.</param>
/// <param name="protocol">Which candidates a target is ranked among.</param>
internal sealed class RankingAccumulator(int userCount, int[] trainingCounts, IReadOnlyList<int> k, RankingProtocol protocol)
{
    private readonly UserRanks[] _users = new UserRanks[userCount];
    private readonly CatalogCoverage _coverage = new(trainingCounts.Length);

    /// <summary>Adds a user by the scores of all items.</summary>
    /// <param name="user">From 0 to the number of users - 1.</param>
    /// <param name="scores">One score for each item of the catalogue.</param>
    /// <param name="history">The user's items before the target.</param>
    /// <param name="target">The target's index, or -1 when the catalogue lacks it.</param>
    internal void Add(int user, ReadOnlySpan<float> scores, ReadOnlySpan<int> history, int target)
    {
        TargetRanks ranks = protocol.Rank(scores, target, history, user);
        Add(user, ranks.All, ranks.Unseen, history.Length, target);
        _coverage.Add(scores, history);
    }

    /// <summary>Adds a user by ranks that are known already, and the items that were recommended to them, if these are known.</summary>
    internal void Add(int user, float all, float unseen, int historyLength, int target, ReadOnlySpan<int> recommended = default)
    {
        if (float.IsNaN(all) || float.IsNaN(unseen) || all < 1 || unseen < 1)
            throw new ArgumentException($"User {user} has ranks {all} and {unseen}; a rank is at least 1, and infinite for a miss.", nameof(all));
        int targetCount = (uint)target < (uint)trainingCounts.Length ? trainingCounts[target] : 0;
        _users[user] = new UserRanks(all, unseen, historyLength, targetCount);
        if (!recommended.IsEmpty)
            _coverage.Add(recommended);
    }

    internal SequentialRankingMetrics ToMetrics()
    {
        int missing = Array.FindIndex(_users, user => user.All == 0);
        if (missing >= 0)
            throw new InvalidOperationException($"User {missing} of {_users.Length} was not added.");
        return new SequentialRankingMetrics(_users, trainingCounts.Length, new PopularityBands(trainingCounts), k, protocol, _coverage.Share);
    }
}
