using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>What the latest items add to the scores, and the validation NDCG@10 with it.</summary>
/// <param name="Table">Null for nothing.</param>
/// <param name="TransitionWeight">Of what came soon after the latest items; 0 for nothing.</param>
/// <param name="TextWeight">Of items with texts like theirs; 0 for nothing.</param>
/// <param name="Ndcg">Among unseen items.</param>
internal sealed record GainChoice(GainTable? Table, double TransitionWeight, double TextWeight, double Ndcg)
{
    private const int MostUsers = 50_000; // that weights are chosen on: more say no more, and take long
    private const float FirstDecay = 0.6f;

    private static readonly float[] _transitionWeights = [0.25f, 0.5f, 1, 1.5f, 2, 3];
    private static readonly float[] _textWeights = [0.5f, 1, 2, 4, 8, 16];
    private static readonly float[] _otherDecays = [0, 0.3f, 0.8f];

    /// <summary>The table, and what is said of it.</summary>
    public (GainTable? Table, TrainingSummary Summary) In(TrainingSummary summary) =>
        (Table, summary with { ValidationNdcg = Ndcg, TransitionWeight = TransitionWeight, TextSimilarityWeight = TextWeight, RecencyDecay = Table?.Decay ?? 0 });

    /// <summary>
    /// Chooses what has the best validation NDCG@10: first the weight of transitions, then that of texts beside them, then the decay
    /// of both. Of very many users every so-manieth is asked.
    /// </summary>
    /// <param name="networks">Trained.</param>
    /// <param name="domain">Training histories, validation data, catalogue.</param>
    /// <param name="tokenizer">Of the items' text; null without, and then texts add nothing.</param>
    /// <param name="options">Which of the two are wanted, and the ranks that share the validation.</param>
    /// <param name="device">Where the networks are.</param>
    /// <param name="mostUsers">That are asked.</param>
    public static GainChoice Choose(
        IReadOnlyList<SequentialNetwork> networks, TrainingDomain domain, ItemTokenizer? tokenizer, SequentialTransformerOptions options, Device device, int mostUsers = MostUsers)
    {
        ItemTokens? made = domain.Tokens(tokenizer);
        using TokenTable? tokens = made is null ? null : new TokenTable(made, device);
        EncodedHistories all = domain.Validation!;
        int every = options.AddsGains ? 1 + ((all.Count - 1) / mostUsers) : 1;
        EncodedHistories asked = every == 1 ? all : all.OfRows([.. Enumerable.Range(0, all.Count).Where(row => row % every == 0)]);
        GainChoice chosen = ValidatedOn(asked, validator => Choose(validator, domain, made, options));
        return every == 1 ? chosen : chosen with { Ndcg = ValidatedOn(all, validator => validator.Ndcg(chosen.Table)) };

        T ValidatedOn<T>(EncodedHistories users, Func<Validator, T> use)
        {
            using var validator = new Validator(networks, tokens, users, domain.Popularity, device, group: options.ProcessGroup);
            return use(validator);
        }
    }

    private static GainChoice Choose(Validator validator, TrainingDomain domain, ItemTokens? tokens, SequentialTransformerOptions options)
    {
        var chosen = new GainChoice(null, 0, 0, validator.Ndcg());
        SparseRows? followers = options.Transitions ? Followers.Count(domain.Histories.Items, domain.Histories.Offsets, domain.Catalogue.Count) : null;
        SparseRows? near = options.TextSimilarity && tokens is not null ? TextNeighbours.Find(tokens) : null;
        if (followers is not null)
            Try(_transitionWeights.Select(weight => (weight, 0f, FirstDecay)));
        if (near is not null)
            Try(_textWeights.Select(weight => ((float)chosen.TransitionWeight, weight, FirstDecay)));
        if (chosen.Table is not null)
            Try(_otherDecays.Select(decay => ((float)chosen.TransitionWeight, (float)chosen.TextWeight, decay)));
        return chosen;

        // Of equals the first stays. All are tried: with few users the figure goes up and down on its way.
        void Try(IEnumerable<(float Transitions, float Texts, float Decay)> some)
        {
            foreach ((float transitions, float texts, float decay) in some.ToArray())
            {
                if (options.ProcessGroup is null) // ranks go on together
                    options.CancellationToken.ThrowIfCancellationRequested();
                var table = new GainTable(SparseRows.Sum(followers, transitions, near, texts)!, decay);
                double ndcg = validator.Ndcg(table);
                if (ndcg > chosen.Ndcg)
                    chosen = new GainChoice(table, transitions, texts, ndcg);
            }
        }
    }
}
