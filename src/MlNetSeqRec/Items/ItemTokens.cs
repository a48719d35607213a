namespace MlNetSeqRec;

/// <summary>The tokens of every item, one after the other: item i has those from Offsets[i] up to Offsets[i + 1].</summary>
/// <param name="Tokens">Rows of the token table, each in [0, <paramref name="RowCount"/>).</param>
/// <param name="Offsets">Where each item begins, and last where all ends: one more than there are items.</param>
/// <param name="RowCount">The rows of the token table: pieces of titles, then the same pieces in brands, then categories.</param>
internal sealed record ItemTokens(int[] Tokens, int[] Offsets, int RowCount)
{
    internal int ItemCount => Offsets.Length - 1;

    /// <summary>The tokens of several catalogues by one tokenizer, one after the other; null where they have none.</summary>
    internal static ItemTokens? Join(IReadOnlyList<ItemTokens?> parts)
    {
        if (parts[0] is not { } first)
            return null;
        var offsets = new List<int> { 0 };
        foreach (ItemTokens? part in parts)
        {
            int begin = offsets[^1];
            offsets.AddRange(part!.Offsets.Skip(1).Select(offset => begin + offset));
        }

        return new ItemTokens([.. parts.SelectMany(part => part!.Tokens)], [.. offsets], first.RowCount);
    }

    internal ReadOnlySpan<int> Of(int item) => Tokens.AsSpan(Offsets[item]..Offsets[item + 1]);

    /// <summary>The same, followed by items without tokens up to so many.</summary>
    internal ItemTokens WithMore(int itemCount)
    {
        if (itemCount == ItemCount)
            return this;
        var offsets = new int[itemCount + 1];
        Offsets.CopyTo(offsets, 0);
        offsets.AsSpan(Offsets.Length).Fill(Tokens.Length);
        return new ItemTokens(Tokens, offsets, RowCount);
    }
}
