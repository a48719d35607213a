using System.Collections.Concurrent;

namespace MlNetSeqRec;

/// <summary>What a domain's steps are made from.</summary>
/// <param name="Histories">What windows are of.</param>
/// <param name="Negatives">Draws negatives; null where the loss is over the whole catalogue.</param>
/// <param name="Tokens">The items' text where steps compute only some items' vectors; else null.</param>
internal sealed record StepSource(EncodedHistories Histories, StepNegatives? Negatives, ItemTokens? Tokens);

/// <summary>
/// Makes the data of steps on threads of its own, some steps ahead of the training, in buffers that are used again.
/// </summary>
/// <param name="domains">What the steps of each domain are made from.</param>
/// <param name="positionsPerPass">Most positions, padding included, in one pass.</param>
/// <param name="share">Which of each step's windows are this rank's.</param>
/// <param name="hasFixedLayout">Whether steps get a <see cref="StepData.Layout"/>.</param>
internal sealed class StepProducer(IReadOnlyList<StepSource> domains, int positionsPerPass, RankShare share, bool hasFixedLayout = false)
{
    private const int StepsAhead = 4;
    private const int WorkersForText = 4;

    private readonly ConcurrentBag<StepData> _free = [];
    private readonly StepNegatives?[][] _negatives = Forks(domains, hasFixedLayout && domains.Any(domain => domain.Tokens is not null) ? WorkersForText : 1); // of each worker, and of the training's own thread

    private volatile int _positionsPerPass = positionsPerPass;

    /// <summary>A producer for a single domain.</summary>
    public StepProducer(EncodedHistories histories, StepNegatives? negatives, ItemTokens? tokens, int positionsPerPass, bool hasFixedLayout = false)
        : this([new StepSource(histories, negatives, tokens)], positionsPerPass, RankShare.Whole, hasFixedLayout)
    {
    }

    // A GPU can do a step in less time than one thread takes to gather the text of its items.
    private int Workers => _negatives.Length - 1;

    public int PositionsPerPass => _positionsPerPass;

    /// <summary>Negatives that a step draws; 0 without.</summary>
    public int Negatives => domains.Max(domain => domain.Negatives?.Drawn ?? 0);

    /// <summary>The steps over some batches. Each is taken back, to be filled again, when the next is asked for.</summary>
    /// <param name="batches">All batches of the epoch.</param>
    /// <param name="from">The first that is wanted.</param>
    /// <param name="firstStep">Its number from the start of the training.</param>
    public IEnumerable<StepData> Produce(IReadOnlyList<Batch> batches, int from, long firstStep)
    {
        BlockingCollection<StepData>[] queues = [.. Enumerable.Range(0, Workers).Select(_ => new BlockingCollection<StepData>(StepsAhead))];
        using var stop = new CancellationTokenSource();
        var producing = Task.WhenAll(queues.Select((queue, worker) => Task.Run(() => FillAll(worker, queue))));
        try
        {
            for (int i = from; i < batches.Count && queues[(i - from) % Workers].TryTake(out StepData? data, Timeout.Infinite); i++)
            {
                if (data.Passes.Exists(pass => pass.Rows > 1 && pass.Rows * pass.Length > _positionsPerPass))
                    Fill(Workers, data, data.Domain, data.WindowsOfAll, data.Step); // made before the passes became smaller
                yield return data;
                _free.Add(data);
            }

            producing.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            producing.Wait();
            foreach (BlockingCollection<StepData> queue in queues)
                queue.Dispose();
        }

        // Every so-manieth step, in order.
        void FillAll(int worker, BlockingCollection<StepData> queue)
        {
            try
            {
                for (int i = from + worker; i < batches.Count && !stop.IsCancellationRequested; i += Workers)
                {
                    StepData data = _free.TryTake(out StepData? old) ? old : new StepData();
                    Fill(worker, data, batches[i].Domain, batches[i].Windows, firstStep + i - from);
                    queue.Add(data, stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
            }
            finally
            {
                queue.CompleteAdding();
            }
        }
    }

    /// <summary>Makes passes of this and all later steps at most half as large; false where the step's are single histories already.</summary>
    public bool Halve(StepData data)
    {
        if (data.Passes.MaxBy(pass => pass.Rows * pass.Length) is not { Rows: >= 2 } largest)
            return false;
        _positionsPerPass = largest.Rows * largest.Length / 2;
        Fill(Workers, data, data.Domain, data.WindowsOfAll, data.Step);
        return true;
    }

    private void Fill(int worker, StepData data, int domain, SequenceWindow[] windows, long step) // windows of all ranks
    {
        long rows = (windows.Length + share.Count - 1) / share.Count, padded = windows.Max(window => window.Length - 1) * rows;
        StepSource source = domains[domain];
        data.Domain = domain;
        data.Fill(
            source.Histories, windows, share, step, (int)Math.Min(rows, (padded + _positionsPerPass - 1) / _positionsPerPass), _negatives[worker][domain], source.Tokens, hasFixedLayout);
        if (hasFixedLayout)
            data.Buffer.Pin();
    }

    private static StepNegatives?[][] Forks(IReadOnlyList<StepSource> domains, int workers) =>
        [.. Enumerable.Range(0, workers + 1).Select(worker => domains.Select(domain => worker == 0 ? domain.Negatives : domain.Negatives?.Fork()).ToArray())];
}
