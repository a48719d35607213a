namespace MlNetSeqRec;

/// <summary>
/// What the latest items of a history add to the scores of others: of each weight × ln(1 + times) for what came soon after it in
/// training, and weight × cosine for items with texts like its own; all of it from the latest item, and decay times as much from each
/// before it. Gains are never below 0.
/// </summary>
/// <param name="Followers">What came soon after each item (<see cref="MlNetSeqRec.Followers"/>); null for nothing.</param>
/// <param name="FollowerWeight">At least 0.</param>
/// <param name="Texts">Items with texts like each item's (<see cref="TextNeighbours"/>); null for nothing.</param>
/// <param name="TextWeight">At least 0.</param>
/// <param name="Decay">From 0, for the latest item alone, to 1.</param>
internal sealed record GainTable(SparseRows? Followers, float FollowerWeight, SparseRows? Texts, float TextWeight, float Decay)
{
    /// <summary>How many of the latest items add something.</summary>
    public const int Recent = 5;

    /// <summary>What is added up, each with its weight.</summary>
    public IEnumerable<(SparseRows Rows, float Weight)> Parts
    {
        get
        {
            if (Followers is not null)
                yield return (Followers, FollowerWeight);
            if (Texts is not null)
                yield return (Texts, TextWeight);
        }
    }

    /// <summary>The items of a history that add something, latest first, and how much of their rows they add.</summary>
    public IEnumerable<(int Item, float Share)> Adding(ReadOnlyMemory<int> history)
    {
        float share = 1;
        for (int i = history.Length - 1; i >= Math.Max(0, history.Length - Recent) && share > 0; i--, share *= Decay)
            yield return (history.Span[i], share);
    }

    /// <summary>Adds what a history's latest items add to the scores of candidates; null for the whole catalogue.</summary>
    public void AddTo(Span<float> scores, ReadOnlyMemory<int> history, Candidates? among)
    {
        foreach ((int item, float share) in Adding(history))
        {
            foreach ((SparseRows rows, float weight) in Parts)
            {
                ReadOnlySpan<int> items = rows.ItemsOf(item);
                ReadOnlySpan<float> values = rows.ValuesOf(item);
                for (int i = 0; i < items.Length; i++)
                {
                    if ((among?.PlaceOf(items[i]) ?? items[i]) is >= 0 and int place)
                        scores[place] += share * weight * values[i];
                }
            }
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Decay);
        foreach ((SparseRows? rows, float weight) in new[] { (Followers, FollowerWeight), (Texts, TextWeight) })
        {
            writer.Write(rows is not null);
            writer.Write(weight);
            rows?.Save(writer);
        }
    }

    /// <exception cref="InvalidDataException">The table is not one of a catalogue of that size.</exception>
    public static GainTable Load(BinaryReader reader, int itemCount)
    {
        float decay = reader.ReadSingle();
        (SparseRows? followers, float followerWeight) = ReadPart();
        (SparseRows? texts, float textWeight) = ReadPart();
        return decay is >= 0 and <= 1 ? new GainTable(followers, followerWeight, texts, textWeight, decay) : throw Damaged();

        (SparseRows? Rows, float Weight) ReadPart()
        {
            bool isThere = reader.ReadBoolean();
            float weight = reader.ReadSingle();
            if (!(weight >= 0 && float.IsFinite(weight)))
                throw Damaged();
            return (isThere ? SparseRows.Load(reader, itemCount) : null, weight);
        }
    }

    private static InvalidDataException Damaged() => new("its table of gains is damaged");
}
