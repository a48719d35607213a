using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Chooses how much the latest item's followers add to the scores: the weight with the best validation NDCG@10.</summary>
internal static class TransitionChoice
{
    private static readonly float[] _weights = [0.25f, 0.5f, 1, 1.5f, 2, 3];

    /// <summary>The chosen table, null where it does not help, and the figure with it.</summary>
    /// <param name="networks">Trained.</param>
    /// <param name="domain">Training histories, validation data, catalogue.</param>
    /// <param name="tokenizer">Of the items' text; null without.</param>
    /// <param name="wanted">Whether a table is wanted at all.</param>
    /// <param name="device">Where the networks are.</param>
    /// <param name="group">The ranks that share the validation; null for this process by itself.</param>
    public static (TransitionTable? Table, double Ndcg) Choose(
        IReadOnlyList<SequentialNetwork> networks, TrainingDomain domain, ItemTokenizer? tokenizer, bool wanted, Device device, ProcessGroup? group = null)
    {
        using TokenTable? tokens = domain.Tokens(tokenizer) is { } made ? new TokenTable(made, device) : null;
        using var validator = new Validator(networks, tokens, domain.Validation!, domain.Popularity, device, group: group);
        if (!wanted)
            return (null, validator.Ndcg());
        TransitionTable counted = TransitionTable.Count(domain.Histories.Items, domain.Histories.Offsets, domain.Catalogue.Count);
        TransitionTable?[] tables = [null, .. _weights.Select(counted.WithWeight)];
        return tables.Zip(validator.Ndcg(tables)).MaxBy(tried => tried.Second); // of equals the first, which adds least
    }
}
