namespace MlNetSeqRec;

/// <summary>
/// The items of one step: its negatives, drawn from a <see cref="NegativeSource"/>, and its histories' items, each given a row
/// of the vectors that the step computes. The negatives' rows come first.
/// </summary>
/// <param name="source">Draws them.</param>
/// <param name="count">How many for each step.</param>
/// <param name="catalogue">Size of the catalogue.</param>
/// <param name="seed">The training's.</param>
internal sealed class StepNegatives(NegativeSource source, int count, int catalogue, int seed)
{
    private const int Padding = -1;
    private const int PaddedTo = 1024;

    private const double LeastProbability = 1e-300; // whose logarithm can be reckoned with

    private readonly int[] _rowOf = CreateEmpty(catalogue);
    private readonly List<int> _items = [];
    private readonly List<int> _counts = [];
    private readonly List<int> _itemsOfAll = [];
    private int[] _rowAmongAll = [];

    /// <summary>The same draws, for the steps of another thread.</summary>
    public StepNegatives Fork() => new(source.Fork(), count, catalogue, seed);

    /// <summary>How many each step draws.</summary>
    public int Drawn => count;

    /// <summary>The step's items in the catalogue, in the order of their rows; negative where a row is padding.</summary>
    public ReadOnlySpan<int> StepItems => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_items);

    /// <summary>Forgets the step before and draws negatives that depend on the seed, the step and its windows alone.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="histories">What windows are of.</param>
    /// <param name="windows">The step's, those of other ranks among them: all ranks draw the same.</param>
    /// <param name="own">This rank's of them, whose items get rows.</param>
    /// <param name="hasFixedSize">Whether rows of padding make the numbers of negatives and items the same for steps alike. The last row is padding.</param>
    public void Begin(long step, EncodedHistories histories, ReadOnlySpan<SequenceWindow> windows, ReadOnlySpan<SequenceWindow> own, bool hasFixedSize = false)
    {
        foreach (int item in _items)
        {
            if (item != Padding)
                _rowOf[item] = -1;
        }

        _items.Clear();
        _counts.Clear();
        source.Begin(histories, windows);
        var random = new Random(unchecked((int)((seed * 104_729L) + (step * 7919))));
        for (int i = 0; i < count; i++)
        {
            int item = source.Draw(random);
            if (_rowOf[item] < 0)
            {
                _rowOf[item] = _items.Count;
                _items.Add(item);
                _counts.Add(0);
            }

            _counts[_rowOf[item]]++;
        }

        Distinct = _counts.Count;
        for (; hasFixedSize && _counts.Count < count; _counts.Add(0))
            _items.Add(Padding);
        foreach (SequenceWindow window in own)
            Add(histories.Items.AsSpan((int)window.Start, window.Length), _items, _rowOf);
        for (int size = (_items.Count / PaddedTo * PaddedTo) + PaddedTo; hasFixedSize && _items.Count < size;)
            _items.Add(Padding);
    }

    /// <summary>Negatives that differ.</summary>
    public int Distinct { get; private set; }

    public int RowOf(int item) => _rowOf[item];

    /// <summary>Which negative has a row, or -1.</summary>
    public int NegativeAt(int row) => row < _counts.Count ? row : -1;

    public (Section Items, NegativeData Negatives) Finish(IndexBuffer into)
    {
        Section items = into.Take(_items.Count), counts = into.Take(_counts.Count), logProbabilities = into.Take(_items.Count);
        for (int row = 0; row < _items.Count; row++)
        {
            int item = Math.Max(_items[row], 0);
            into.Values(items)[row] = item;
            into.Values(logProbabilities)[row] = NegativeData.ToUnits(Math.Log(Math.Max(source.Probability(item), LeastProbability)));
        }

        for (int i = 0; i < _counts.Count; i++)
            into.Values(counts)[i] = _counts[i];
        return (items, new NegativeData(new Section(items.Start, _counts.Count), counts, count, Distinct, logProbabilities));
    }

    /// <summary>The items of all ranks in the step, the negatives first, and for each of this rank's rows its place among them.</summary>
    /// <param name="into">Where it is written.</param>
    /// <param name="histories">What windows are of.</param>
    /// <param name="windows">Those of all ranks.</param>
    public RowsOfAll FinishAll(IndexBuffer into, EncodedHistories histories, ReadOnlySpan<SequenceWindow> windows)
    {
        if (_rowAmongAll.Length == 0)
            _rowAmongAll = CreateEmpty(catalogue);
        foreach (int item in _itemsOfAll)
            _rowAmongAll[item] = -1;
        _itemsOfAll.Clear();
        Add(StepItems[..Distinct], _itemsOfAll, _rowAmongAll);
        foreach (SequenceWindow window in windows)
            Add(histories.Items.AsSpan((int)window.Start, window.Length), _itemsOfAll, _rowAmongAll);

        Section items = into.Take(_itemsOfAll.Count), places = into.Take(_items.Count);
        for (int row = 0; row < _itemsOfAll.Count; row++)
            into.Values(items)[row] = _itemsOfAll[row];
        for (int row = 0; row < _items.Count; row++)
            into.Values(places)[row] = _rowAmongAll[_items[row]];
        return new RowsOfAll(items, places);
    }

    private static void Add(ReadOnlySpan<int> items, List<int> to, int[] rowOf)
    {
        foreach (int item in items)
        {
            if (rowOf[item] < 0)
            {
                rowOf[item] = to.Count;
                to.Add(item);
            }
        }
    }

    private static int[] CreateEmpty(int length)
    {
        var rows = new int[length];
        Array.Fill(rows, -1);
        return rows;
    }
}
