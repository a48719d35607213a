using System.Globalization;

namespace MlNetSeqRec;

/// <summary>What the names of a <see cref="SequentialNetwork"/>'s parameters say of their place in it.</summary>
internal static class ParameterNames
{
    public const string Ids = "ItemEncoder.ids.weight";
    public const string Tokens = "ItemEncoder.tokens.weight";
    public const string Positions = "SequenceEncoder.positions.weight";

    private const string Block = "SequenceEncoder.blocks.";

    /// <summary>The names of ids, tokens, adapter, positions and the rest of the sequence encoder, in the order in which a step trains them.</summary>
    /// <param name="encoder">The item encoder.</param>
    /// <param name="weights">The names of the sequence encoder's weights but the positions', within it.</param>
    public static string[] Of(ItemEncoder encoder, IEnumerable<string> weights)
    {
        var names = new List<string>();
        if (encoder.IdTable is not null)
            names.Add(Ids);
        if (encoder.TokenVectors is not null)
            names.Add(Tokens);
        names.AddRange(encoder.AdapterNames.Select(name => $"{nameof(SequentialNetwork.ItemEncoder)}.{name}"));
        names.Add(Positions);
        names.AddRange(weights.Select(name => $"{nameof(SequentialNetwork.SequenceEncoder)}.{name}"));
        return [.. names];
    }

    /// <summary>Whether it makes item vectors.</summary>
    public static bool IsOfItemEncoder(string name) => name.StartsWith("ItemEncoder.", StringComparison.Ordinal);

    /// <summary>Whether it is a table of vectors for ids, tokens or positions.</summary>
    public static bool IsTable(string name) => name is Ids or Tokens or Positions;

    /// <summary>Whether it is the last of the adapter, whose output is added to the sums of token vectors.</summary>
    public static bool AddsToItems(string name) => name.StartsWith("ItemEncoder.adapterOut.", StringComparison.Ordinal);

    /// <summary>Whether it is the positions or the last of a block's operations, whose outputs are added to item vectors on their way to states.</summary>
    public static bool AddsToStates(string name) => name == Positions
        || (BlockOf(name) >= 0 && (name.Contains(".attentionOut.", StringComparison.Ordinal) || name.Contains(".feedForwardOut.", StringComparison.Ordinal)));

    /// <summary>The transformer block that it belongs to, counted from the input; -1 outside of blocks.</summary>
    public static int BlockOf(string name) => name.StartsWith(Block, StringComparison.Ordinal)
        ? int.Parse(name.AsSpan(Block.Length, name.IndexOf('.', Block.Length) - Block.Length), NumberStyles.None, CultureInfo.InvariantCulture)
        : -1;
}
