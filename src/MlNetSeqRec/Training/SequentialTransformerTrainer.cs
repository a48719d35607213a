using Microsoft.ML;
using TorchSharp;
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
    // libtorch has one generator of random numbers for the whole process: trainings that overlapped would disturb each other's.
    private static readonly Lock _oneAtATime = new();

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
        lock (_oneAtATime)
            return Train(input);
    }

    private SequentialRecommendationTransformer Train(IDataView input)
    {
        NativeLibraries.Load();
        Device device = Devices.Choose(_options.Device, _context);
        if (device.type == DeviceType.CPU && _options.Precision == TrainingPrecision.BFloat16)
            throw new ArgumentException($"Precision {_options.Precision} needs a GPU, and training is on {device}: use {TrainingPrecision.Single}");
        if (device.type == DeviceType.CPU)
            NativeMemory.KeepFreedBlocks();
        else
            backends.cuda.matmul.allow_tf32 = true; // single precision products on matrix units, as PyTorch users set it
        (ItemCatalogue catalogue, EncodedHistories histories) = Read(input);
        EncodedHistories? validation = _options.ValidationData is null ? null
            : EncodedHistories.Read(_options.ValidationData, _options.HistoryColumn, _options.TargetColumn, id => catalogue.IndexOf(id.Span));
        BatchPlan plan = BatchPlan.Make(histories, _options.MaximumLength, _options.PositionsPerBatch);
        if (plan.Windows == 0)
            throw new InvalidDataException($"There is nothing to learn from: none of the {histories.Count} histories has two items");

        ItemEncoding encoding = ChooseEncoding(catalogue);
        ItemTokenizer? tokenizer = encoding == ItemEncoding.Id ? null : _options.Tokenizer ?? ItemTokenizer.Train(catalogue, _options.VocabularySize);
        random.manual_seed(_options.Seed);
        var network = new SequentialNetwork(new NetworkShape
        {
            Encoding = encoding,
            Items = catalogue.Count,
            TokenRows = tokenizer?.RowCount ?? 0,
            Width = _options.Width,
            Layers = _options.Layers,
            Heads = _options.Heads,
            MaximumLength = _options.MaximumLength,
            Dropout = _options.Dropout,
            TokenDropout = _options.TokenDropout,
        });
        network.to(device);

        int[] popularity = histories.CountItems(catalogue.Count);
        ItemTokens? text = tokenizer?.Tokenize(catalogue);
        using TokenTable? tokens = text is null ? null : new TokenTable(text, device);
        using Validator? validator = validation is null ? null : new Validator(network, tokens, validation, popularity, device);
        TrainingSummary summary = Run(network, text, tokens, histories, plan, validator, popularity, device);
        var model = new TrainedModel(network, catalogue, tokenizer, popularity, summary, device);
        return new SequentialRecommendationTransformer(model, RecommendationColumns.From(_options), new RankingOptions { Count = _options.RecommendationCount });
    }

    private TrainingSummary Run(
        SequentialNetwork network, ItemTokens? text, TokenTable? tokens, EncodedHistories histories, BatchPlan plan, Validator? validator, int[] popularity, Device device)
    {
        int items = popularity.Length;
        int drawn = SoftmaxLosses.Negatives(_options, items, device);
        NegativeSource? source = drawn == 0 ? null : new NegativeSource(NegativeSampler.Make(_options, popularity), _options.RandomShare, items);
        if (source is not null && _options.NegativeSampling == NegativeSampling.CoCounts)
            source.Neighbours = CoCounts.Count(histories, items);
        using NearestItems? nearest = source is null || _options.NegativeSampling != NegativeSampling.Nearest ? null : new NearestItems(network, tokens, _options, source);
        StepNegatives? negatives = source is null ? null : new StepNegatives(source, drawn, items, _options.Seed);
        bool updatesRows = _options.RowUpdates ?? items >= (device.type == DeviceType.CUDA ? 1_000_000 : 50_000);
        using ISoftmaxLoss loss = SoftmaxLosses.Make(source is null ? null : _options.LogQ, items, device);
        using var step = new TrainingStep(network, source is null ? text : null, loss, _options, updatesRows, device);
        var producer = new StepProducer(histories, negatives, source is null ? null : text, _options.PositionsPerPass ?? int.MaxValue);
        using var loop = new TrainingLoop(network, validator, plan, producer, step, _options, $"histories {histories.Count}; events {histories.Items.Length}", device, nearest);
        return loop.Run();
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column history = Shapes.Require(inputSchema, _options.HistoryColumn, "a history");
        if (!Shapes.IsHistory(history))
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{history.Name}' is {history.Kind} of {history.ItemType}; a vector of text or of keys was expected");
        return RecommendationColumns.From(_options).Extend(inputSchema, history.IsKey);
    }

    // The catalogue is the items that were given, then those that only the histories know, in the order in which they appear.
    private (ItemCatalogue Catalogue, EncodedHistories Histories) Read(IDataView input)
    {
        ItemCatalogue given = _options.Items is null ? ItemCatalogue.FromIds([]) : ItemCatalogue.FromDataView(_options.Items);
        var others = new IdIndex();
        EncodedHistories histories = EncodedHistories.Read(input, _options.HistoryColumn, null, id =>
            given.IndexOf(id.Span) is >= 0 and int index ? index : given.Count + others.Add(id.Span));
        return (given.With(others.ToArray()), histories);
    }

    private ItemEncoding ChooseEncoding(ItemCatalogue catalogue)
    {
        bool hasText = catalogue.HasAnyText;
        if (_options.ItemEncoding == ItemEncoding.Auto)
            return hasText ? ItemEncoding.IdAndText : ItemEncoding.Id;
        if (_options.ItemEncoding != ItemEncoding.Id && !hasText)
            throw new InvalidDataException($"ItemEncoding {_options.ItemEncoding} needs text, and no item has any: give Items with a title, or use ItemEncoding.Id");
        return _options.ItemEncoding;
    }
}
