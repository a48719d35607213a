using Microsoft.ML;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Trains a causal transformer over histories to predict the next item at every position, and gives a transformer that
/// recommends items. After "Scaling Sequential Recommendation Models with Transformers" (Zivic, Vazquez and Sánchez,
/// SIGIR 2024), with the loss at all positions at once (SASRec; Kang and McAuley, ICDM 2018).
/// </summary>
/// <remarks>
/// | Column | In or out | Type |
/// |---|---|---|
/// | History | in | vector of text, or of keys with key values; oldest item first |
/// | Target | in, validation only | text or key |
/// | RecommendedItems | out | vector of text, or of keys of the model's catalogue where the history is a vector of keys; best first |
/// | Score | out | vector of float |
/// | IsPopularityFallback | out | true where the history held no known item, so that popular items are given |
///
/// | Trainer characteristics | |
/// |---|---|
/// | Task | sequential recommendation (next item) |
/// | Normalization, caching | not needed; the input is read once |
/// | Packages | TorchSharp with a libtorch: TorchSharp-cpu, TorchSharp-cuda-…, or SEQREC_LIBTORCH |
/// | ONNX | no |
/// </remarks>
public sealed class SequentialTransformerTrainer : IEstimator<SequentialRecommendationTransformer>
{
    private readonly MLContext _context;
    private readonly SequentialTransformerOptions _options;

    internal SequentialTransformerTrainer(MLContext context, SequentialTransformerOptions options)
    {
        options.Check();
        (_context, _options) = (context, options);
    }

    /// <summary>
    /// Reads the histories, trains, and gives the model with the best validation NDCG@10. Trainings in one process wait for
    /// each other, so that each is the same for the same seed.
    /// </summary>
    /// <exception cref="InvalidDataException">No history has two known items, or text is asked for and no item has any.</exception>
    /// <exception cref="OperationCanceledException">The token of the options asked to stop.</exception>
    public SequentialRecommendationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return TrainingRun.Alone(() => Train(TrainingDomain.Read(string.Empty, input, _options.Items, _options.ValidationData, _options.HistoryColumn, _options.TargetColumn)));
    }

    /// <summary>Trains on what was read before, once for several trainings.</summary>
    internal SequentialRecommendationTransformer Fit(TrainingDomain domain) => TrainingRun.Alone(() => Train(domain));

    private SequentialRecommendationTransformer Train(TrainingDomain domain)
    {
        Device device = TrainingDevice.Prepare(_options, _context);
        ItemEncoding encoding = domain.Choose(_options.ItemEncoding);
        ItemTokenizer? tokenizer = encoding == ItemEncoding.Id ? null : _options.Tokenizer ?? ItemTokenizer.Train(domain.Catalogue, _options.VocabularySize);
        (IReadOnlyList<SequentialNetwork> networks, TrainingSummary summary) = MemberTraining.Run(_options, own =>
        {
            SequentialNetwork network = NewNetwork.Make(own, encoding, domain.Catalogue.Count, tokenizer, domain.Dropout, device);
            if (own.LexicalStart && domain.Tokens(tokenizer) is { } text)
                LexicalStart.Apply(network, [text]);
            return (network, new TrainingRun([domain], tokenizer, own, DomainMixing.None, device).Run(network));
        });
        GainTable? gains = null;
        if (domain.Validation is not null && (_options.AddsGains || networks.Count > 1))
            (gains, summary) = GainChoice.Choose(networks, domain, tokenizer, _options, device).In(summary);
        var model = new TrainedModel(networks, gains, domain.Catalogue, tokenizer, domain.Popularity, summary, device);
        return new SequentialRecommendationTransformer(model, RecommendationColumns.From(_options), new RankingOptions { Count = _options.RecommendationCount });
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return RecommendationColumns.From(_options).Extend(inputSchema);
    }
}
