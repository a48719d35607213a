using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>What the latest item adds to the scores, and the validation NDCG@10 with it.</summary>
/// <param name="Table">Null for nothing.</param>
/// <param name="TransitionWeight">Of what came directly after the latest item; 0 for nothing.</param>
/// <param name="TextWeight">Of items with texts like its own; 0 for nothing.</param>
/// <param name="Ndcg">Among unseen items.</param>
internal sealed record GainChoice(GainTable? Table, double TransitionWeight, double TextWeight, double Ndcg)
{
    private static readonly float[] _transitionWeights = [0.25f, 0.5f, 1, 1.5f, 2, 3];
    private static readonly float[] _textWeights = [0.5f, 1, 2, 4, 8, 16];

    /// <summary>The table, and what is said of it.</summary>
    public (GainTable? Table, TrainingSummary Summary) In(TrainingSummary summary) =>
        (Table, summary with { ValidationNdcg = Ndcg, TransitionWeight = TransitionWeight, TextSimilarityWeight = TextWeight });

    /// <summary>Chooses the weights with the best validation NDCG@10: first that of transitions, then that of texts beside them.</summary>
    /// <param name="networks">Trained.</param>
    /// <param name="domain">Training histories, validation data, catalogue.</param>
    /// <param name="tokenizer">Of the items' text; null without, and then texts add nothing.</param>
    /// <param name="options">Which of the two are wanted, and the ranks that share the validation.</param>
    /// <param name="device">Where the networks are.</param>
    public static GainChoice Choose(IReadOnlyList<SequentialNetwork> networks, TrainingDomain domain, ItemTokenizer? tokenizer, SequentialTransformerOptions options, Device device)
    {
        ItemTokens? made = domain.Tokens(tokenizer);
        using TokenTable? tokens = made is null ? null : new TokenTable(made, device);
        using var validator = new Validator(networks, tokens, domain.Validation!, domain.Popularity, device, group: options.ProcessGroup);
        int items = domain.Catalogue.Count;
        TransitionTable? counted = options.Transitions ? TransitionTable.Count(domain.Histories.Items, domain.Histories.Offsets, items) : null;
        TextNeighbours? near = options.TextSimilarity && made is not null ? TextNeighbours.Find(made) : null;
        var chosen = new GainChoice(null, 0, 0, validator.Ndcg());
        if (counted is not null)
            chosen = Best(chosen, _transitionWeights, weight => (weight, 0));
        if (near is not null)
        {
            float besides = (float)chosen.TransitionWeight;
            chosen = Best(chosen, _textWeights, weight => (besides, weight));
        }

        return chosen;

        // Of equals the one that adds least. All are tried: with few users the figure goes up and down on its way.
        GainChoice Best(GainChoice before, float[] weights, Func<float, (float Transitions, float Texts)> both)
        {
            GainChoice best = before;
            foreach ((float transitionWeight, float textWeight) in weights.Select(both))
            {
                GainTable? table = GainTable.Make(items, counted, transitionWeight, near, textWeight);
                double ndcg = validator.Ndcg(table);
                if (ndcg > best.Ndcg)
                    best = new GainChoice(table, transitionWeight, textWeight, ndcg);
            }

            return best;
        }
    }
}
