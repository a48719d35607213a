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

    /// <summary>The candidates that gain after a history and how much, a candidate once for each item that it gains from.</summary>
    public IEnumerable<(int Place, float Gain)> After(ReadOnlyMemory<int> history, Candidates among)
    {
        float share = 1;
        for (int i = history.Length - 1; i >= Math.Max(0, history.Length - Recent) && share > 0; i--, share *= Decay)
        {
            int item = history.Span[i];
            for (int j = 0; j < Rows.ItemsOf(item).Length; j++)
            {
                if (among.PlaceOf(Rows.ItemsOf(item)[j]) is >= 0 and int place)
                    yield return (place, share * Rows.ValuesOf(item)[j]);
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
