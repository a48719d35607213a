namespace MlNetSeqRec;

/// <summary>Some windows that go through the network together, as places in the step's buffer.</summary>
/// <param name="Rows">Windows.</param>
/// <param name="Length">Items of the longest, to which the others are padded on the right.</param>
/// <param name="Histories">Rows of the step's item vectors, [rows × length].</param>
/// <param name="FromEnd">Positions counted from each window's last item, [rows × length].</param>
/// <param name="Real">The places (row × length + column) that are not padding, [targets].</param>
/// <param name="Targets">The row of the item that came next at each of those, [targets].</param>
/// <param name="ByItem">The real places by item row.</param>
/// <param name="ByPosition">The real places by position.</param>
/// <param name="ByTarget">0 … targets-1 by target row; made where negatives are drawn.</param>
/// <param name="Hits">Where, in the flattened scores of targets and negatives, a negative is the target itself; made likewise.</param>
internal sealed record PassData(
    int Rows, int Length, Section Histories, Section FromEnd, Section Real, Section Targets, Grouping ByItem, Grouping ByPosition, Grouping ByTarget, Section Hits);

/// <summary>The rows of the id table that some rank's step uses.</summary>
/// <param name="Items">The items in the catalogue, in an order that all ranks have.</param>
/// <param name="Places">Where each of this rank's rows is among them.</param>
internal sealed record RowsOfAll(Section Items, Section Places);

/// <summary>The text of a step's items: what <see cref="TokenBatch"/> says, and the tokens' places by token.</summary>
internal sealed record TextData(Section Tokens, Section Offsets, Section Counts, Section ItemOfPlace, Grouping ByToken);

/// <summary>
/// What one step needs, made on another thread while the step before it runs: managed arrays alone, used again and again.
/// </summary>
internal sealed class StepData
{
    private const int TokensPaddedTo = 8192;

    private int[] _keys = [];
    private bool _hasFixedLayout;

    public IndexBuffer Buffer { get; } = new();

    /// <summary>What this rank trains on.</summary>
    public SequenceWindow[] Windows { get; private set; } = [];

    /// <summary>The same and what other ranks train on meanwhile.</summary>
    public SequenceWindow[] WindowsOfAll { get; private set; } = [];

    /// <summary>The step's number from the start of the training, which fixes everything random in it.</summary>
    public long Step { get; private set; }

    /// <summary>Which domain's items the indices are of.</summary>
    public int Domain { get; set; }

    public int Targets { get; private set; }

    /// <summary>Targets of all ranks, over which the mean loss is.</summary>
    public int TargetsOfAll { get; private set; }

    public List<PassData> Passes { get; } = [];

    /// <summary>The items whose vectors the step computes, in the catalogue; null for the whole catalogue.</summary>
    public Section? Items { get; private set; }

    public NegativeData? Negatives { get; private set; }

    /// <summary>The rows whose gradients the ranks exchange; null for a process by itself, or where all ranks have the same rows.</summary>
    public RowsOfAll? RowsOfAll { get; private set; }

    public TextData? Text { get; private set; }

    /// <summary>Names the sizes of everything here: steps of the same layout differ in the buffer's values alone. Null where they are not fixed.</summary>
    public string? Layout { get; private set; }

    /// <summary>Fills the buffers for a step over some windows.</summary>
    /// <param name="histories">What the windows are of.</param>
    /// <param name="all">Those of all ranks, sorted by length.</param>
    /// <param name="share">Which of them are this rank's.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="passes">In how many parts the windows go through the network.</param>
    /// <param name="negatives">What negatives are drawn; null where the loss is over the whole catalogue.</param>
    /// <param name="tokens">The items' text, null without.</param>
    /// <param name="hasFixedLayout">Whether padding makes the sizes of sections the same for steps alike, so that they have a <see cref="Layout"/>.</param>
    public void Fill(
        EncodedHistories histories, SequenceWindow[] all, RankShare share, long step, int passes, StepNegatives? negatives, ItemTokens? tokens, bool hasFixedLayout = false)
    {
        SequenceWindow[] windows = share.Of(all);
        _hasFixedLayout = hasFixedLayout;
        Buffer.Clear();
        Passes.Clear();
        (Windows, WindowsOfAll, Step, Items, Negatives, RowsOfAll, Text) = (windows, all, step, null, null, null, null);
        (Targets, TargetsOfAll) = (CountTargets(windows), CountTargets(all));
        if (negatives is not null)
        {
            negatives.Begin(step, histories, all, windows, hasFixedLayout);
            (Items, Negatives) = negatives.Finish(Buffer);
            RowsOfAll = share.Count == 1 ? null : negatives.FinishAll(Buffer, histories, all);
            Text = tokens is null ? null : MakeText(negatives.StepItems, tokens);
        }

        passes = Math.Min(passes, windows.Length);
        for (int pass = 0; pass < passes; pass++)
        {
            int from = (int)((long)windows.Length * pass / passes), to = (int)((long)windows.Length * (pass + 1) / passes);
            Passes.Add(MakePass(histories, windows.AsSpan(from, to - from), negatives));
        }

        Layout = hasFixedLayout
            ? $"{Domain} {Buffer.Count} {Items?.Length} {Text?.Tokens.Length} {string.Join(' ', Passes.Select(pass => $"{pass.Rows} {pass.Length} {pass.Targets.Length} {pass.ByPosition.Keys.Length} {pass.ByItem.Keys.Length}"))}"
            : null;
    }

    private PassData MakePass(EncodedHistories histories, ReadOnlySpan<SequenceWindow> windows, StepNegatives? negatives)
    {
        int length = 0, count = 0, longest = 0;
        foreach (SequenceWindow window in windows)
        {
            length = Math.Max(length, window.Length - 1);
            count += window.Length - 1;
        }

        int places = windows.Length * length;
        Section items = Buffer.Take(places), fromEnd = Buffer.Take(places), real = Buffer.Take(count), targets = Buffer.Take(count);
        Span<long> item = Buffer.Values(items), position = Buffer.Values(fromEnd), place = Buffer.Values(real), target = Buffer.Values(targets);
        item.Clear();
        position.Clear();
        Span<int> keys = Keys(2 * places);
        keys.Fill(-1);
        Span<int> itemKeys = keys[..places], positionKeys = keys[places..];
        int next = 0, rowLimit = 0;
        for (int row = 0; row < windows.Length; row++)
        {
            ReadOnlySpan<int> events = histories.Items.AsSpan((int)windows[row].Start, windows[row].Length);
            longest = Math.Max(longest, events.Length - 1);
            for (int i = 0; i < events.Length - 1; i++)
            {
                int at = (row * length) + i;
                itemKeys[at] = negatives?.RowOf(events[i]) ?? events[i];
                positionKeys[at] = events.Length - 2 - i;
                (item[at], position[at], place[next]) = (itemKeys[at], positionKeys[at], at);
                target[next++] = negatives?.RowOf(events[i + 1]) ?? events[i + 1];
                rowLimit = Math.Max(rowLimit, itemKeys[at] + 1);
            }
        }

        rowLimit = !_hasFixedLayout ? rowLimit : negatives is null ? histories.ItemLimit : negatives.StepItems.Length;
        Grouping byItem = Grouping.Make(Buffer, itemKeys, rowLimit, _hasFixedLayout), byPosition = Grouping.Make(Buffer, positionKeys, longest, _hasFixedLayout);
        (Grouping byTarget, Section hits) = negatives is null ? default : GroupTargets(targets, negatives);
        return new PassData(windows.Length, length, items, fromEnd, real, targets, byItem, byPosition, byTarget, hits);
    }

    private (Grouping ByTarget, Section Hits) GroupTargets(Section targets, StepNegatives negatives)
    {
        Span<int> keys = Keys(targets.Length);
        int hits = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (int)Buffer.Values(targets)[i];
            hits += negatives.NegativeAt(keys[i]) >= 0 ? 1 : 0;
        }

        Section section = Buffer.Take(_hasFixedLayout ? keys.Length : hits);
        Span<long> places = Buffer.Values(section);
        int next = 0;
        int columns = SampledSoftmaxLoss.Columns(Negatives!.Items.Length);
        places.Fill(columns - 1); // padding of the first row, which counts for nothing
        for (int i = 0; i < keys.Length; i++)
        {
            if (negatives.NegativeAt(keys[i]) is >= 0 and int column)
                places[next++] = ((long)i * columns) + column;
        }

        return (Grouping.Make(Buffer, keys, negatives.StepItems.Length, _hasFixedLayout), section);
    }

    private TextData MakeText(ReadOnlySpan<int> items, ItemTokens text)
    {
        int total = 0;
        foreach (int item in items)
            total += item < 0 ? 0 : text.Of(item).Length;
        int own = total;
        if (_hasFixedLayout)
            total = (total + TokensPaddedTo - 1) / TokensPaddedTo * TokensPaddedTo; // of the last row, whose vector nothing uses
        Section tokenSection = Buffer.Take(total), offsets = Buffer.Take(items.Length), counts = Buffer.Take(items.Length);
        Span<int> keys = Keys(2 * total);
        Span<int> tokenOfPlace = keys[..total], rowOfPlace = keys[total..];
        int next = 0;
        for (int row = 0; row < items.Length; row++)
        {
            ReadOnlySpan<int> tokens = items[row] < 0 ? [] : text.Of(items[row]);
            Buffer.Values(offsets)[row] = next;
            Buffer.Values(counts)[row] = tokens.Length;
            tokens.CopyTo(tokenOfPlace[next..]);
            rowOfPlace.Slice(next, tokens.Length).Fill(row);
            next += tokens.Length;
        }

        tokenOfPlace[own..].Clear();
        rowOfPlace[own..].Fill(items.Length - 1);

        Span<long> flat = Buffer.Values(tokenSection);
        for (int i = 0; i < total; i++)
            flat[i] = tokenOfPlace[i];
        Grouping byToken = Grouping.Make(Buffer, tokenOfPlace, text.RowCount, _hasFixedLayout);
        Section itemOfPlace = Buffer.Take(total);
        Span<long> places = Buffer.Values(byToken.Places), itemRows = Buffer.Values(itemOfPlace);
        for (int i = 0; i < total; i++)
            itemRows[i] = rowOfPlace[(int)places[i]];
        return new TextData(tokenSection, offsets, counts, itemOfPlace, byToken);
    }

    /// <summary>The text of a whole catalogue.</summary>
    public void FillText(ItemTokens tokens)
    {
        Buffer.Clear();
        _hasFixedLayout = false;
        Text = MakeText(Enumerable.Range(0, tokens.ItemCount).ToArray(), tokens);
    }

    private static int CountTargets(SequenceWindow[] windows) => windows.Sum(window => window.Length - 1);

    private Span<int> Keys(int length)
    {
        if (_keys.Length < length)
            _keys = new int[Math.Max(length, 2 * _keys.Length)];
        return _keys.AsSpan(0, length);
    }
}
