using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Lets a new network begin as similarity of texts to the latest item: rows of the token table are random and as long as their
/// tokens are rare (inverse document frequency), and what the adapter, the positions and the blocks add to them begins small.
/// Otherwise the random blocks drown the texts, and few data cannot bring them back.
/// </summary>
internal static class LexicalStart
{
    private const double Addition = 0.1;

    /// <summary>Changes a network that was just made.</summary>
    /// <param name="network">Knows items by their text.</param>
    /// <param name="texts">The text of its items.</param>
    public static void Apply(SequentialNetwork network, IReadOnlyList<ItemTokens> texts)
    {
        using IDisposable _ = no_grad();
        Parameter tokens = network.ItemEncoder.TokenVectors!;
        using Tensor factors = tensor(Rarity(texts, network.Shape.TokenRows), device: tokens.device).unsqueeze(1);
        tokens.mul_(factors);
        Weaken(network, ParameterNames.AddsToItems);
        WeakenTransformer(network);
    }

    /// <summary>Makes what the positions and the blocks add to the item vectors small.</summary>
    public static void WeakenTransformer(SequentialNetwork network) => Weaken(network, ParameterNames.AddsToStates);

    private static void Weaken(SequentialNetwork network, Func<string, bool> isMeant)
    {
        using IDisposable _ = no_grad();
        foreach ((string name, Parameter parameter) in network.named_parameters())
        {
            if (isMeant(name))
                parameter.mul_(Addition);
        }
    }

    // ln((items + 1) / items with the token), over its root mean square among the tokens of all texts.
    private static float[] Rarity(IReadOnlyList<ItemTokens> texts, int rows)
    {
        var items = new double[rows];
        foreach (ItemTokens text in texts)
        {
            var lastItem = new int[rows];
            for (int item = 0; item < text.ItemCount; item++)
            {
                foreach (int token in text.Of(item))
                {
                    items[token] += lastItem[token] == item + 1 ? 0 : 1;
                    lastItem[token] = item + 1;
                }
            }
        }

        double all = texts.Sum(text => (double)text.ItemCount);
        double[] rarity = [.. items.Select(own => Math.Log((all + 1) / Math.Max(1, own)))];
        double mean = Math.Sqrt(items.Zip(rarity, (own, value) => own * value * value).Sum() / Math.Max(1, items.Sum()));
        return [.. rarity.Select(value => (float)(mean == 0 ? 1 : value / mean))];
    }
}
