namespace MlNetSeqRec;

/// <summary>A run of consecutive events in <see cref="EncodedHistories.Items"/>: the inputs and, one further, the targets.</summary>
internal readonly record struct SequenceWindow(long Start, int Length);

/// <summary>Windows of one domain that are trained together.</summary>
internal readonly record struct Batch(int Domain, SequenceWindow[] Windows);

/// <summary>
/// Which windows are trained together. Windows of similar lengths share a batch, so that little of it is padding, and a
/// batch holds about the same number of positions whatever their length. A batch is of one domain; an epoch has as many
/// batches as one pass over everything, shared out among the domains.
/// </summary>
internal sealed class BatchPlan
{
    private readonly Domain[] _domains;

    private BatchPlan(Domain[] domains) => _domains = domains;

    /// <summary>Targets in one epoch; with domains that are not passed through as a whole, about.</summary>
    public long Targets => _domains.Sum(domain => domain.Cuts.Length == 0 ? 0
        : (long)Math.Round(domain.Windows.Sum(window => (long)window.Length - 1) * (domain.BatchesPerEpoch / (double)domain.Cuts.Length)));

    /// <summary>Steps in one epoch.</summary>
    public int Batches => _domains.Sum(domain => domain.BatchesPerEpoch);

    public int Windows => _domains.Sum(domain => domain.Windows.Length);

    /// <summary>
    /// Each history of at least two items, cut into windows of at most <paramref name="maximumLength"/> targets, from the
    /// latest back; a window begins with the item that the one before it ended with, so that every item but a history's
    /// first is a target once.
    /// </summary>
    public static BatchPlan Make(EncodedHistories histories, int maximumLength, int positionsPerBatch) => Make([histories], maximumLength, positionsPerBatch, 1);

    /// <summary>The same for several domains.</summary>
    /// <param name="domains">The histories of each.</param>
    /// <param name="maximumLength">Most targets in a window.</param>
    /// <param name="positionsPerBatch">Most positions in a batch, padding included.</param>
    /// <param name="exponent">
    /// A domain's share of the batches is as its own number of batches to this power: 1 passes through each domain once, 0 gives
    /// all domains as much.
    /// </param>
    public static BatchPlan Make(IReadOnlyList<EncodedHistories> domains, int maximumLength, int positionsPerBatch, double exponent)
    {
        SequenceWindow[][] windows = [.. domains.Select(histories => Cut(histories, maximumLength))];
        int[][] cuts = [.. windows.Select(own => Cuts(own, positionsPerBatch))];
        double total = cuts.Sum(own => own.Length), shares = cuts.Sum(own => own.Length == 0 ? 0 : Math.Pow(own.Length, exponent));
        return new BatchPlan([.. windows.Zip(cuts, (own, ends) =>
            new Domain(own, ends, ends.Length == 0 ? 0 : Math.Max(1, (int)Math.Round(total * Math.Pow(ends.Length, exponent) / shares))))]);
    }

    /// <summary>The batches of one epoch, in the order in which they are trained: the same for the same random numbers.</summary>
    public IReadOnlyList<Batch> Epoch(Random random)
    {
        var batches = new List<Batch>();
        for (int domain = 0; domain < _domains.Length; domain++)
        {
            for (int left = _domains[domain].BatchesPerEpoch; left > 0;)
            {
                SequenceWindow[][] pass = _domains[domain].Pass(random);
                batches.AddRange(pass.Take(left).Select(windows => new Batch(domain, windows)));
                left -= pass.Length;
            }
        }

        Batch[] order = [.. batches];
        if (_domains.Length > 1)
            random.Shuffle(order);
        return order;
    }

    private static SequenceWindow[] Cut(EncodedHistories histories, int maximumLength)
    {
        var windows = new List<SequenceWindow>();
        for (int row = 0; row < histories.Count; row++)
        {
            long start = histories.Offsets[row];
            long end = histories.Offsets[row + 1];
            while (end - start >= 2)
            {
                long from = Math.Max(start, end - maximumLength - 1);
                windows.Add(new SequenceWindow(from, (int)(end - from)));
                end = from + 1;
            }
        }

        return [.. windows];
    }

    // Where each batch ends among the windows sorted by length.
    private static int[] Cuts(SequenceWindow[] windows, int positionsPerBatch)
    {
        int[] lengths = [.. windows.Select(window => window.Length).Order()];
        var ends = new List<int>();
        for (int start = 0, end; start < lengths.Length; start = end)
        {
            for (end = start + 1; end < lengths.Length && (long)(lengths[end] - 1) * (end + 1 - start) <= positionsPerBatch;)
                end++;
            ends.Add(end);
        }

        return [.. ends];
    }

    /// <param name="Windows">All windows.</param>
    /// <param name="Cuts">Where each batch ends among the windows sorted by length.</param>
    /// <param name="BatchesPerEpoch">How many batches of an epoch are of this domain.</param>
    private sealed record Domain(SequenceWindow[] Windows, int[] Cuts, int BatchesPerEpoch)
    {
        // All windows once, those of equal length in random order, in batches in random order.
        public SequenceWindow[][] Pass(Random random)
        {
            SequenceWindow[] order = [.. Windows];
            random.Shuffle(order);
            Array.Sort([.. order.Select((window, i) => ((long)window.Length << 32) | (uint)i)], order);
            SequenceWindow[][] batches = [.. Cuts.Select((end, i) => order[(i == 0 ? 0 : Cuts[i - 1])..end])];
            random.Shuffle(batches);
            return batches;
        }
    }
}
