using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>What the latest items add to the scores, and the validation NDCG@10 with it.</summary>
/// <param name="Table">Null for nothing.</param>
/// <param name="TransitionWeight">Of what came soon after the latest items; 0 for nothing.</param>
/// <param name="TextWeight">Of items with texts like theirs; 0 for nothing.</param>
/// <param name="Decay">How much of both each item adds, as a share of what the next one adds.</param>
/// <param name="Ndcg">Among unseen items.</param>
internal sealed record GainChoice(GainTable? Table, double TransitionWeight, double TextWeight, double Decay, double Ndcg)
{
    private const int MostUsers = 50_000; // that weights are chosen on: more say no more, and take long
    private const int FewestUsers = 1_000;
    private const long MostScores = 3_000_000_000; // users × items
    private const double FirstDecay = 0.6;

    private static readonly double[] _transitionWeights = [0.25, 0.5, 1, 1.5, 2, 3];
    private static readonly double[] _textWeights = [0.5, 1, 2, 4, 8, 16];
    private static readonly double[] _greater = [2, 4, 8, 16, 32, 64]; // times the greatest of these
    private static readonly double[] _otherDecays = [0, 0.3, 0.8];

    /// <summary>The table, and what is said of it.</summary>
    public (GainTable? Table, TrainingSummary Summary) In(TrainingSummary summary) =>
        (Table, summary with { ValidationNdcg = Ndcg, TransitionWeight = TransitionWeight, TextSimilarityWeight = TextWeight, RecencyDecay = Table is null ? 0 : Decay });

    /// <summary>
    /// Chooses what has the best validation NDCG@10: first the weight of transitions, then that of texts beside them, then the decay
    /// of both. Of very many users every so-manieth is asked.
    /// </summary>
    /// <param name="networks">Trained.</param>
    /// <param name="domain">Training histories, validation data, catalogue.</param>
    /// <param name="tokenizer">Of the items' text; null without, and then texts add nothing.</param>
    /// <param name="options">Which of the two are wanted, and the ranks that share the validation.</param>
    /// <param name="device">Where the networks are.</param>
    /// <param name="mostUsers">That are asked; fewer beyond 60,000 items.</param>
    public static GainChoice Choose(
        IReadOnlyList<SequentialNetwork> networks, TrainingDomain domain, ItemTokenizer? tokenizer, SequentialTransformerOptions options, Device device, int mostUsers = MostUsers)
    {
        ItemTokens? made = domain.Tokens(tokenizer);
        using TokenTable? tokens = made is null ? null : new TokenTable(made, device);
        EncodedHistories all = domain.Validation!;
        EncodedHistories asked = options.AddsGains ? all.Thinned(Math.Min(mostUsers, Math.Max(FewestUsers, MostScores / domain.Catalogue.Count))) : all;
        GainChoice chosen = ValidatedOn(asked, validator => Choose(validator, domain, made, options));
        return ReferenceEquals(asked, all) ? chosen : chosen with { Ndcg = ValidatedOn(all, validator => validator.Ndcg(chosen.Table)) };

        T ValidatedOn<T>(EncodedHistories users, Func<Validator, T> use)
        {
            using var validator = new Validator(networks, tokens, users, domain.Popularity, device, group: options.ProcessGroup);
            return use(validator);
        }
    }

    private static GainChoice Choose(Validator validator, TrainingDomain domain, ItemTokens? tokens, SequentialTransformerOptions options)
    {
        CancellationToken stop = options.ProcessGroup is null ? options.CancellationToken : CancellationToken.None; // ranks go on together
        var chosen = new GainChoice(null, 0, 0, FirstDecay, validator.Ndcg());
        SparseRows? followers = options.Transitions ? Followers.Count(domain.Histories.Items, domain.Histories.Offsets, domain.Catalogue.Count) : null;
        SparseRows? near = options.TextSimilarity && tokens is not null ? TextNeighbours.Find(tokens, cancellation: stop) : null;
        if (followers is not null)
            TryWeights(weight => chosen with { TransitionWeight = weight }, _transitionWeights);
        if (near is not null)
            TryWeights(weight => chosen with { TextWeight = weight }, _textWeights);
        if (chosen.Table is not null)
            Try(decay => chosen with { Decay = decay }, _otherDecays);
        return chosen;

        // Where the greatest is best, as with a network that knows nothing of these items, greater ones are tried.
        void TryWeights(Func<double, GainChoice> changed, double[] weights)
        {
            if (Try(changed, weights) == weights[^1])
                Try(changed, [.. _greater.Select(times => times * weights[^1])]);
        }

        // The value that was taken, if any. Of equals the first stays. All are tried: with few users the figure goes up and down on its way.
        double? Try(Func<double, GainChoice> changed, double[] values)
        {
            stop.ThrowIfCancellationRequested();
            GainChoice[] some = [.. values.Select(value => changed(value).Over(followers, near))];
            double[] ndcg = validator.NdcgOfEach([.. some.Select(choice => choice.Table!)], stop);
            double? taken = null;
            for (int i = 0; i < some.Length; i++)
            {
                if (ndcg[i] > chosen.Ndcg)
                    (chosen, taken) = (some[i] with { Ndcg = ndcg[i] }, values[i]);
            }

            return taken;
        }
    }

    private GainChoice Over(SparseRows? followers, SparseRows? near) => this with
    {
        Table = new GainTable(
            TransitionWeight > 0 ? followers : null, (float)TransitionWeight, TextWeight > 0 ? near : null, (float)TextWeight, (float)Decay),
    };
}
