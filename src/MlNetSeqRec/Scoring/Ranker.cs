using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>One user's ranked items and their scores, best first.</summary>
internal readonly record struct RankedItems(int[] Items, float[] Scores, bool IsPopularityFallback);

/// <summary>A target's rank among all items and among those that the user has not had; infinite where it is not a candidate.</summary>
internal readonly record struct TargetRanks(float All, float Unseen);

/// <summary>
/// Scores histories against item vectors on the device. An empty history, which says nothing, gets the popular items.
/// Used by many threads at once: nothing here changes after construction.
/// </summary>
/// <param name="networks">The networks, with their item vectors; not disposed of here.</param>
/// <param name="popularity">How often each item occurs in training, [items], float.</param>
/// <param name="gains">What the latest items add to the scores; null for nothing.</param>
internal sealed class Ranker(ScoringNetworks networks, Tensor popularity, GainTable? gains = null) : IDisposable
{
    private const int FewScores = 1_000_000; // that stay in a processor's caches until they are read

    private readonly Tensor _itemVectors = networks.ItemVectors;
    private readonly Lazy<DeviceGains>? _gains = gains is null ? null : new(() => new DeviceGains(gains!, networks.ItemVectors.device));

    public Ranker(SequentialNetwork network, Tensor itemVectors, Tensor popularity)
        : this(new ScoringNetworks(network, itemVectors), popularity)
    {
    }

    /// <summary>What is done with one history's scores of all items; they may be overwritten.</summary>
    public delegate void RowVisitor(int row, Span<float> scores);

    /// <summary>The whole catalogue as candidates.</summary>
    public Candidates All { get; } = new(networks.ItemVectors, popularity);

    public bool IsOnCpu => _itemVectors.device_type == DeviceType.CPU;

    /// <summary>Scores of all items, [histories, items]. The caller's dispose scope owns the tensor.</summary>
    public Tensor Score(IReadOnlyList<ReadOnlyMemory<int>> histories)
    {
        using DisposeScope scope = NewDisposeScope();
        return Score(Batch(histories)).MoveToOuterDisposeScope();
    }

    /// <summary>Gives each history's scores to <paramref name="visit"/>, on all cores.</summary>
    /// <param name="batch">The histories.</param>
    /// <param name="among">The items that are scored.</param>
    /// <param name="visit">What is done with the scores.</param>
    public void VisitScores(HistoryBatch batch, Candidates among, RowVisitor visit)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Tensor states = States(batch);
        int atOnce = Math.Max(FewScores / Math.Max(1, among.Count), 16);
        float[] popular = batch.Empty.Length > 0 ? among.Popularity.Values<float>() : [];
        for (int first = 0; first < states.shape[0]; first += atOnce)
        {
            using DisposeScope chunk = NewDisposeScope();
            int rows = (int)Math.Min(atOnce, states.shape[0] - first);
            Tensor scores = states.narrow(0, first, rows).mm(among.Vectors.t()).cpu();
            ForEach(rows, row =>
            {
                Span<float> own = scores.Span<float>().Slice(row * among.Count, among.Count);
                if (batch.Source[first + row].IsEmpty)
                    popular.CopyTo(own);
                else
                    gains?.AddTo(own, batch.Source[first + row], among);
                visit(first + row, own);
            });
        }
    }

    /// <summary>The best <paramref name="count"/> items of each history; of equal scores the lower index comes first.</summary>
    /// <param name="histories">Catalogue indices, oldest first.</param>
    /// <param name="count">Items wanted; fewer are given where fewer are allowed.</param>
    /// <param name="excludeHistory">Whether the history's own items are left out.</param>
    /// <param name="among">The items that may be given; null for the whole catalogue.</param>
    public RankedItems[] Top(IReadOnlyList<ReadOnlyMemory<int>> histories, int count, bool excludeHistory, Candidates? among = null)
    {
        if (!IsOnCpu)
            return TopOnDevice(histories, count, excludeHistory, among);
        using DisposeScope scope = NewDisposeScope();
        among ??= All;
        var ranked = new RankedItems[histories.Count];
        VisitScores(Batch(histories), among, (row, scores) =>
        {
            ReadOnlySpan<int> history = histories[row].Span;
            foreach (int item in excludeHistory ? history : [])
            {
                if (among.PlaceOf(item) is >= 0 and int place)
                    scores[place] = float.NegativeInfinity;
            }

            ranked[row] = Ranked(BestItems.Select(scores, count), among, history.IsEmpty);
        });
        return ranked;
    }

    /// <summary>
    /// The rank of each target: 1 + the candidates that score higher + half of the others that score the same. A target of
    /// -1, an item outside the catalogue, is never found.
    /// </summary>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    public TargetRanks[] Rank(IReadOnlyList<ReadOnlyMemory<int>> histories, int[] targets)
    {
        using var batch = new TargetBatch(histories, targets, networks.MaximumLength, _itemVectors.device);
        if (IsOnCpu)
            return RankOnCpu(batch);
        using DisposeScope scope = NewDisposeScope();
        return TargetCounts.Read([batch], [RankOnDevice(batch)]);
    }

    /// <summary>The ranks of the users of all batches, one batch after another; a device's results are read once, at the end.</summary>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    public TargetRanks[] Rank(TargetBatches batches)
    {
        using DisposeScope scope = NewDisposeScope();
        var done = new List<TargetBatch>();
        var onDevice = new List<Tensor>();
        var ranks = new List<TargetRanks>();
        for (int i = 0; i < batches.Rows.Count; i++)
        {
            batches.Use(i, batch =>
            {
                if (IsOnCpu)
                {
                    ranks.AddRange(RankOnCpu(batch));
                    return;
                }

                done.Add(batch);
                onDevice.Add(RankOnDevice(batch));
            });
        }

        return IsOnCpu ? [.. ranks] : TargetCounts.Read(done, onDevice);
    }

    /// <summary>The best items by tensor operations, so that the scores stay on the device.</summary>
    internal RankedItems[] TopOnDevice(IReadOnlyList<ReadOnlyMemory<int>> histories, int count, bool excludeHistory, Candidates? among = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        among ??= All;
        HistoryBatch batch = Batch(histories);
        ExcludedPairs? excluded = excludeHistory
            ? ExcludedPairs.Make([.. histories.Select(history => (ReadOnlyMemory<int>)Array.ConvertAll(history.ToArray(), among.PlaceOf))], _itemVectors.device)
            : null;
        Tensor states = States(batch);
        (Tensor scores, Tensor items) = among.Search.Top(states, count, excluded);
        float[] best = scores.Values<float>();
        long[] places = items.Values<long>();
        int columns = (int)scores.shape[1];
        FollowerMerge? followers = _gains is null ? null : new FollowerMerge(FollowerScores.Of(_gains.Value, batch.Source, among), states, among.Vectors, scores.select(1, columns - 1));
        var popular = new Lazy<(int[] Places, float[] Scores)>(() => BestItems.Select(among.Popularity.Values<float>(), count));

        var ranked = new RankedItems[histories.Count];
        for (int row = 0; row < ranked.Length; row++)
        {
            Span<float> own = best.AsSpan(row * columns, columns);
            int allowed = own.IndexOf(float.NegativeInfinity) is >= 0 and int end ? end : columns;
            ranked[row] = histories[row].IsEmpty
                ? Ranked(([.. popular.Value.Places], popular.Value.Scores), among, isFallback: true)
                : Ranked(Merged(row, (Array.ConvertAll(places[(row * columns)..((row * columns) + allowed)], place => (int)place), own[..allowed].ToArray())), among, isFallback: false);
        }

        return ranked;

        (int[] Places, float[] Scores) Merged(int row, (int[] Places, float[] Scores) best) => followers is null ? best
            : followers.Merge(row, best, count, excludeHistory ? Array.ConvertAll(histories[row].ToArray(), among.PlaceOf) : []);
    }

    /// <summary>The ranks by tensor operations, so that the scores stay on the device: [2, users], among all and among unseen items.</summary>
    internal Tensor RankOnDevice(TargetBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
            return TargetCounts.Ranks(Score(batch.Inputs), batch.OnDevice).MoveToOuterDisposeScope();
    }

    // One pass over each row's scores, which is several times as quick on a CPU as comparing whole tensors.
    private TargetRanks[] RankOnCpu(TargetBatch batch)
    {
        var ranks = new TargetRanks[batch.Count];
        VisitScores(batch.Inputs, All, (row, scores) => ranks[row] = TargetRank.Both(scores, batch.Targets[row], batch.Histories[row].Span));
        return ranks;
    }

    /// <summary>Frees what was made for searching; the item vectors stay.</summary>
    public void Dispose()
    {
        All.Dispose();
        if (_gains is { IsValueCreated: true })
            _gains.Value.Dispose();
    }

    private HistoryBatch Batch(IReadOnlyList<ReadOnlyMemory<int>> histories) => HistoryBatch.Make(histories, networks.MaximumLength, _itemVectors.device);

    /// <summary>The state after each history's last item, [histories, width]. The caller's dispose scope owns it.</summary>
    internal Tensor States(HistoryBatch batch) => networks.States(batch);

    private Tensor Score(HistoryBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Tensor scores = States(batch).mm(_itemVectors.t());
        if (_gains is not null)
            FollowerScores.Of(_gains.Value, batch.Source, All)?.AddTo(scores);
        if (batch.Empty.Length > 0)
            scores.index_copy_(0, tensor(batch.Empty, device: scores.device), popularity.expand(batch.Empty.Length, scores.shape[1]));
        return scores.MoveToOuterDisposeScope();
    }

    private static void ForEach(int rows, Action<int> act)
    {
        if (rows == 1)
        {
            act(0);
            return;
        }

        try
        {
            Parallel.For(0, rows, act);
        }
        catch (AggregateException failed)
        {
            ExceptionDispatchInfo.Throw(failed.InnerException!);
        }
    }

    private static RankedItems Ranked((int[] Places, float[] Scores) best, Candidates among, bool isFallback)
    {
        for (int i = 0; i < best.Places.Length; i++)
            best.Places[i] = among.ItemAt(best.Places[i]);
        return new RankedItems(best.Places, best.Scores, isFallback);
    }
}
