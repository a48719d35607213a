using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>
/// Interactions split for training, for choosing and for reporting.
/// <see cref="Train"/> holds interactions (UserId, ItemId and, where the source has one, Timestamp).
/// <see cref="Validation"/> and <see cref="Test"/> hold one row for each user: UserId (text), History (vector of text,
/// oldest first) and Target (text), the item that came next. The target's event is never in the history.
/// </summary>
public sealed class SequenceSplit
{
    private readonly Lazy<UserSequences> _sequences;
    private readonly Lazy<Cuts> _cuts;
    private readonly bool _timed;

    private SequenceSplit(Lazy<UserSequences> sequences, bool timed, Lazy<Cuts> cuts)
    {
        (_sequences, _timed, _cuts) = (sequences, timed, cuts);
        Train = SequenceViews.Interactions(sequences, () => cuts.Value.TrainLength, timed);
        Validation = SequenceViews.HistoriesWithTargets(sequences, () => cuts.Value.ValidationTarget);
        Test = SequenceViews.HistoriesWithTargets(sequences, () => cuts.Value.TestTarget);
    }

    /// <summary>The interactions to train on: everything that comes before the held-out events.</summary>
    public IDataView Train { get; }

    /// <summary>The histories and targets to choose by.</summary>
    public IDataView Validation { get; }

    /// <summary>The histories and targets to report.</summary>
    public IDataView Test { get; }

    /// <summary>
    /// The same split with a share of the users to train on and to choose by, as if no others had been known; all users are tested.
    /// A smaller share's users are among those of a larger one with the same seed.
    /// </summary>
    /// <param name="share">Above 0 and at most 1; at least one user is kept.</param>
    /// <param name="seed">The seed by which users are drawn.</param>
    public SequenceSplit ShareOfUsers(double share, int seed = 1)
    {
        if (share is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of users must be above 0 and at most 1");
        return new SequenceSplit(_sequences, _timed, new Lazy<Cuts>(() =>
        {
            int users = _sequences.Value.Users;
            int[] order = [.. Enumerable.Range(0, users)];
            new Random(seed).Shuffle(order);
            var cuts = new Cuts(users);
            Array.Fill(cuts.ValidationTarget, -1);
            foreach (int user in order.Take(Math.Max(1, (int)Math.Round(share * users))))
                (cuts.TrainLength[user], cuts.ValidationTarget[user]) = (_cuts.Value.TrainLength[user], _cuts.Value.ValidationTarget[user]);
            _cuts.Value.TestTarget.CopyTo(cuts.TestTarget, 0);
            return cuts;
        }));
    }

    /// <summary>
    /// A user's last event is the test target and the one before it the validation target, where at least one event
    /// remains for training; a user with fewer than three events is for training only.
    /// </summary>
    internal static SequenceSplit LeaveOneOut(Lazy<UserSequences> sequences, bool timed)
    {
        return Make(sequences, timed, all =>
        {
            var cuts = new Cuts(all.Users);
            for (int u = 0; u < all.Users; u++)
            {
                int length = all.LengthOf(u);
                cuts.TrainLength[u] = length >= 3 ? length - 2 : length;
                cuts.ValidationTarget[u] = length >= 3 ? length - 2 : -1;
                cuts.TestTarget[u] = length >= 3 ? length - 1 : -1;
            }

            return cuts;
        });
    }

    /// <summary>
    /// Everything before the first time is for training; a user's first event from the first time on (and before the
    /// second) is the validation target, the first from the second time on the test target.
    /// </summary>
    internal static SequenceSplit ByTime(Lazy<UserSequences> sequences, double validationShare, double testShare)
    {
        return Make(sequences, timed: true, all =>
        {
            long[] sorted = [.. all.Times!];
            Array.Sort(sorted);
            long At(double share) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
            long validationFrom = At(1 - validationShare - testShare);
            long testFrom = At(1 - testShare);

            var cuts = new Cuts(all.Users);
            for (int u = 0; u < all.Users; u++)
            {
                ReadOnlySpan<long> times = all.Times.AsSpan((int)all.StartOf(u), all.LengthOf(u));
                int train = FirstFrom(times, validationFrom);
                int test = FirstFrom(times, testFrom);
                cuts.TrainLength[u] = train;
                cuts.ValidationTarget[u] = train > 0 && train < test ? train : -1;
                cuts.TestTarget[u] = test > 0 && test < times.Length ? test : -1;
            }

            return cuts;
        });
    }

    private static int FirstFrom(ReadOnlySpan<long> times, long from)
    {
        int i = 0;
        while (i < times.Length && times[i] < from)
            i++;
        return i;
    }

    private static SequenceSplit Make(Lazy<UserSequences> sequences, bool timed, Func<UserSequences, Cuts> cut) =>
        new(sequences, timed, new Lazy<Cuts>(() => cut(sequences.Value)));

    /// <summary>For each user how many events are for training, and which event is each target (-1: none).</summary>
    private sealed class Cuts(int users)
    {
        public int[] TrainLength { get; } = new int[users];

        public int[] ValidationTarget { get; } = new int[users];

        public int[] TestTarget { get; } = new int[users];
    }
}
