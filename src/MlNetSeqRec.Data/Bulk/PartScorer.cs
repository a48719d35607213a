namespace MlNetSeqRec.Data.Bulk;

/// <summary>What a user is recommended.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Items">Catalogue indices and scores, best first.</param>
internal readonly record struct UserRecommendations(string UserId, RankedItems Items);

/// <summary>Scores the users of a part, always in the same batches, so that a part's scores never depend on what else is scored.</summary>
/// <param name="mapper">The model.</param>
/// <param name="sequences">Histories.</param>
/// <param name="atOnce">Users in a batch.</param>
internal sealed class PartScorer(IHistoryMapper mapper, UserSequences sequences, int atOnce)
{
    private readonly int[] _known = [.. sequences.ItemIds.Select(id => mapper.Catalogue.IndexOf(id))];

    /// <summary>The recommendations of some users, in their order.</summary>
    public UserRecommendations[] Score(int[] users, CancellationToken cancellation)
    {
        ReadOnlyMemory<int>[] histories = Array.ConvertAll(users, HistoryOf);

        // Histories of one length are scored together, as a batch is as long as the longest one in it.
        int[] order = [.. Enumerable.Range(0, users.Length).OrderBy(place => histories[place].Length)];
        var recommended = new UserRecommendations[users.Length];
        foreach (int[] batch in order.Chunk(atOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            RowResult[] results = mapper.Score(Array.ConvertAll(batch, place => histories[place]), [], needsTop: true, needsRanks: false);
            for (int i = 0; i < batch.Length; i++)
            {
                recommended[batch[i]] = new(sequences.UserId(users[batch[i]]), results[i].Ranked);
            }
        }

        return recommended;
    }

    // All of the user's events but those of items that the model does not know.
    private ReadOnlyMemory<int> HistoryOf(int user)
    {
        ReadOnlySpan<int> items = sequences.Items.AsSpan((int)sequences.StartOf(user), sequences.LengthOf(user));
        var history = new List<int>(items.Length);
        foreach (int item in items)
        {
            if (_known[item] >= 0)
            {
                history.Add(_known[item]);
            }
        }

        return history.ToArray();
    }
}
