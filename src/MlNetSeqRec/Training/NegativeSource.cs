namespace MlNetSeqRec;

/// <summary>
/// One distribution for all draws of a step: with a certain share a fixed one, else a neighbour of a target.
/// <para>
/// All targets of a step share its negatives, so a neighbour is drawn by drawing a target of the step, each as likely, and
/// then one of its neighbours. An item's probability is then the mean over the step's targets of its probability as a
/// neighbour of each: known exactly, and that of each draw whatever the others are. The correction of the loss uses it. (In
/// SRT's code each example has its own negatives, and the correction is by popularity, whatever they are drawn by.)
/// </para>
/// </summary>
/// <param name="fixedPart">The distribution that does not depend on the step.</param>
/// <param name="fixedShare">Its share where there are neighbours.</param>
/// <param name="catalogue">Items.</param>
internal sealed class NegativeSource(NegativeSampler fixedPart, double fixedShare, int catalogue)
{
    private readonly List<int> _targets = [];
    private readonly List<int> _distinct = [];
    private readonly int[] _times = new int[catalogue];
    private readonly double[] _near = new double[catalogue];
    private double _ofFixed = 1;
    private NegativeSource? _original;
    private ItemNeighbours? _neighbours;

    /// <summary>The items near each item; null draws from the fixed distribution alone.</summary>
    public ItemNeighbours? Neighbours
    {
        get => _original is null ? _neighbours : _original.Neighbours;
        set => _neighbours = value;
    }

    /// <summary>The same distributions, for the steps of another thread; neighbours stay those of this one.</summary>
    public NegativeSource Fork() => new(fixedPart, fixedShare, catalogue) { _original = this };

    /// <summary>Makes the distribution that of a step with these targets.</summary>
    public void Begin(EncodedHistories histories, ReadOnlySpan<SequenceWindow> windows)
    {
        if (Neighbours is null)
            return;
        Forget();
        foreach (SequenceWindow window in windows)
        {
            foreach (int target in histories.Items.AsSpan((int)window.Start + 1, window.Length - 1))
            {
                _targets.Add(target);
                if (_times[target]++ == 0)
                    _distinct.Add(target);
            }
        }

        int alone = 0; // targets without neighbours, in whose place the fixed distribution stands
        foreach (int target in _distinct)
        {
            if (Neighbours.HasAny(target))
                Neighbours.AddProbabilities(target, (1 - fixedShare) * _times[target] / _targets.Count, _near);
            else
                alone += _times[target];
        }

        _ofFixed = fixedShare + ((1 - fixedShare) * alone / _targets.Count);
    }

    public int Draw(Random random)
    {
        if (Neighbours is null || random.NextDouble() < fixedShare)
            return fixedPart.Draw(random);
        int target = _targets[random.Next(_targets.Count)];
        return Neighbours.HasAny(target) ? Neighbours.Draw(target, random) : fixedPart.Draw(random);
    }

    /// <summary>The probability with which each draw of the step is this item.</summary>
    public double Probability(int item) => (_ofFixed * fixedPart.Probability(item)) + _near[item];

    private void Forget()
    {
        foreach (int target in _distinct)
            _times[target] = 0;
        _targets.Clear();
        _distinct.Clear();
        Array.Clear(_near);
    }
}
