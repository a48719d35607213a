namespace MlNetSeqRec;

/// <summary>
/// What the latest items of a history add to the scores of others: weight × ln(1 + times) for what came soon after them in training
/// (<see cref="Followers"/>), and weight × cosine for items with texts like theirs (<see cref="TextNeighbours"/>); all of it from the
/// latest item, and decay times as much from each before it. Gains are never below 0.
/// </summary>
/// <param name="Rows">What each item adds as the latest.</param>
/// <param name="Decay">From 0, for the latest item alone, to 1.</param>
internal sealed record GainTable(SparseRows Rows, float Decay)
{
    private const int Recent = 5;

    /// <summary>The items of a history that add something, latest first, and how much of their rows they add.</summary>
    public IEnumerable<(int Item, float Share)> Adding(ReadOnlyMemory<int> history)
    {
        float share = 1;
        for (int i = history.Length - 1; i >= Math.Max(0, history.Length - Recent) && share > 0; i--, share *= Decay)
            yield return (history.Span[i], share);
    }

    /// <summary>Adds what a history's latest items add to the scores of candidates.</summary>
    public void AddTo(Span<float> scores, ReadOnlyMemory<int> history, Candidates among)
    {
        foreach ((int item, float share) in Adding(history))
        {
            ReadOnlySpan<int> items = Rows.ItemsOf(item);
            ReadOnlySpan<float> gains = Rows.ValuesOf(item);
            for (int i = 0; i < items.Length; i++)
            {
                if (among.PlaceOf(items[i]) is >= 0 and int place)
                    scores[place] += share * gains[i];
            }
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Decay);
        Rows.Save(writer);
    }

    /// <exception cref="InvalidDataException">The table is not one of a catalogue of that size.</exception>
    public static GainTable Load(BinaryReader reader, int itemCount)
    {
        float decay = reader.ReadSingle();
        return decay is >= 0 and <= 1 ? new GainTable(SparseRows.Load(reader, itemCount), decay) : throw new InvalidDataException("its table of gains is damaged");
    }
}
