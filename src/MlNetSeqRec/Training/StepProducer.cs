using System.Collections.Concurrent;

namespace MlNetSeqRec;

/// <summary>What a domain's steps are made from.</summary>
/// <param name="Histories">What windows are of.</param>
/// <param name="Negatives">Draws negatives; null where the loss is over the whole catalogue.</param>
/// <param name="Tokens">The items' text where steps compute only some items' vectors; else null.</param>
internal sealed record StepSource(EncodedHistories Histories, StepNegatives? Negatives, ItemTokens? Tokens);

/// <summary>
/// Makes the data of steps on a thread of its own, some steps ahead of the training, in buffers that are used again.
/// </summary>
/// <param name="domains">What the steps of each domain are made from.</param>
/// <param name="positionsPerPass">Most positions, padding included, in one pass.</param>
/// <param name="hasFixedLayout">Whether steps get a <see cref="StepData.Layout"/>.</param>
internal sealed class StepProducer(IReadOnlyList<StepSource> domains, int positionsPerPass, bool hasFixedLayout = false)
{
    private const int StepsAhead = 4;

    private readonly ConcurrentBag<StepData> _free = [];
    private readonly Lock _filling = new();
    private volatile int _positionsPerPass = positionsPerPass;

    /// <summary>A producer for a single domain.</summary>
    public StepProducer(EncodedHistories histories, StepNegatives? negatives, ItemTokens? tokens, int positionsPerPass, bool hasFixedLayout = false)
        : this([new StepSource(histories, negatives, tokens)], positionsPerPass, hasFixedLayout)
    {
    }

    public int PositionsPerPass => _positionsPerPass;

    /// <summary>Negatives that a step draws; 0 without.</summary>
    public int Negatives => domains.Max(domain => domain.Negatives?.Drawn ?? 0);

    /// <summary>The steps over some batches. Each is taken back, to be filled again, when the next is asked for.</summary>
    /// <param name="batches">All batches of the epoch.</param>
    /// <param name="from">The first that is wanted.</param>
    /// <param name="firstStep">Its number from the start of the training.</param>
    public IEnumerable<StepData> Produce(IReadOnlyList<Batch> batches, int from, long firstStep)
    {
        using var queue = new BlockingCollection<StepData>(StepsAhead);
        using var stop = new CancellationTokenSource();
        Task producing = Task.Run(() =>
        {
            try
            {
                for (int i = from; i < batches.Count && !stop.IsCancellationRequested; i++)
                {
                    StepData data = _free.TryTake(out StepData? old) ? old : new StepData();
                    Fill(data, batches[i].Domain, batches[i].Windows, firstStep + i - from);
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
        });
        try
        {
            foreach (StepData data in queue.GetConsumingEnumerable())
            {
                if (data.Passes.Exists(pass => pass.Rows > 1 && pass.Rows * pass.Length > _positionsPerPass))
                    Fill(data, data.Domain, data.Windows, data.Step); // made before the passes became smaller
                yield return data;
                _free.Add(data);
            }

            producing.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            producing.Wait();
        }
    }

    /// <summary>Makes passes of this and all later steps at most half as large; false where the step's are single histories already.</summary>
    public bool Halve(StepData data)
    {
        PassData largest = data.Passes.MaxBy(pass => pass.Rows * pass.Length)!;
        if (largest.Rows < 2)
            return false;
        _positionsPerPass = largest.Rows * largest.Length / 2;
        Fill(data, data.Domain, data.Windows, data.Step);
        return true;
    }

    private void Fill(StepData data, int domain, SequenceWindow[] windows, long step)
    {
        long padded = (long)windows.Max(window => window.Length - 1) * windows.Length;
        StepSource source = domains[domain];
        lock (_filling)
        {
            data.Domain = domain;
            data.Fill(source.Histories, windows, step, (int)Math.Min(windows.Length, (padded + _positionsPerPass - 1) / _positionsPerPass), source.Negatives, source.Tokens, hasFixedLayout);
            if (hasFixedLayout)
                data.Buffer.Pin();
        }
    }
}
