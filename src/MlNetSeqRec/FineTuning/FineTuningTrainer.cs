using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Trains a pre-trained model of text further on other histories over another catalogue, and gives a transformer like any other.
/// The vocabulary is merged with what the new catalogue's text needs; popularity and negatives are those of the new training data.
/// </summary>
/// <remarks>The columns are those of <see cref="SequentialTransformerTrainer"/>.</remarks>
public sealed class FineTuningTrainer : IEstimator<SequentialRecommendationTransformer>
{
    private readonly MLContext _context;
    private readonly TrainedModel _pretrained;
    private readonly FineTuningOptions _options;

    internal FineTuningTrainer(MLContext context, SequentialRecommendationTransformer pretrained, FineTuningOptions options)
    {
        options.Check();
        (_context, _pretrained, _options) = (context, pretrained.Model, options);
        NetworkShape shape = _pretrained.Network.Shape;
        PretrainedFit.Check(shape, options.Training);
        if (_pretrained.Networks.Count > 1 || options.Training.Members > 1)
            throw new ArgumentException($"Fine-tuning is of one network: the pre-trained model has {_pretrained.Networks.Count} members, and {options.Training.Members} were asked for");
        FineTuningPlan.Check(options, shape.Layers);
        options.Fisher?.CheckFits(_pretrained);
    }

    /// <summary>Reads the histories, trains as the options say, and gives the model with the best validation NDCG@10; the pre-trained model stays as it is.</summary>
    /// <exception cref="InvalidDataException">No history has two known items, or no item has text.</exception>
    /// <exception cref="OperationCanceledException">The token of the options asked to stop.</exception>
    public SequentialRecommendationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        SequentialTransformerOptions training = _options.Training;
        return TrainingRun.Alone(() => Train(TrainingDomain.Read(string.Empty, input, training.Items, training.ValidationData, training.HistoryColumn, training.TargetColumn)));
    }

    /// <summary>Trains on what was read before, once for several trainings.</summary>
    internal SequentialRecommendationTransformer Fit(TrainingDomain domain) => TrainingRun.Alone(() => Train(domain));

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return RecommendationColumns.From(_options.Training).Extend(inputSchema);
    }

    private SequentialRecommendationTransformer Train(TrainingDomain domain)
    {
        SequentialTransformerOptions training = _options.Training;
        Device device = TrainingDevice.Prepare(training, _context);
        TrainedModel model = _options.Strategy == FineTuningStrategy.None ? WithoutTraining(domain, device) : Tune(domain, device);
        return new SequentialRecommendationTransformer(model, RecommendationColumns.From(training), new RankingOptions { Count = training.RecommendationCount });
    }

    private TrainedModel WithoutTraining(TrainingDomain domain, Device device)
    {
        domain.Choose(ItemEncoding.Text);
        int[] popularity = domain.Popularity;
        TrainedModel model = _pretrained.WithCatalogue(domain.Catalogue, popularity, device);
        var summary = new TrainingSummary { Ended = "no training was asked for", Parameters = model.Network.ParameterCount, Device = device.ToString() };
        return WithGains(model.Network, domain, model.Tokenizer!, popularity, summary, device);
    }

    private TrainedModel Tune(TrainingDomain domain, Device device)
    {
        NetworkShape shape = _pretrained.Network.Shape;
        ItemEncoding encoding = domain.Choose(_options.Training.ItemEncoding == ItemEncoding.Auto ? shape.Encoding : _options.Training.ItemEncoding);
        MergedTokenizer merged = MergedTokenizer.Make(_pretrained.Tokenizer!, _pretrained.Catalogue, domain.Catalogue, _options.NewPieces);
        random.manual_seed(_options.Training.Seed);
        var network = new SequentialNetwork(shape with
        {
            Encoding = encoding,
            Items = domain.Catalogue.Count,
            TokenRows = merged.Tokenizer.RowCount,
            Dropout = _options.Training.Dropout ?? domain.Dropout,
            TokenDropout = _options.Training.TokenDropout,
            IdDropout = encoding == ItemEncoding.IdAndText ? _options.Training.IdDropout : 0,
        });
        string[] own = [.. network.named_parameters().Select(named => named.name)
            .Where(name => name is ParameterNames.Tokens or ParameterNames.Ids || (_options.NewTransformer && !ParameterNames.IsOfItemEncoder(name)))];
        WeightTransfer.Copy(_pretrained.Network, network, own);
        PretrainedTables.SetTokens(network, _pretrained.Network, merged);
        if (network.Shape.HasIds)
            PretrainedTables.SetIds(network, domain.Catalogue, _pretrained.Network, _pretrained.Catalogue);
        if (_options is { Rescale: true, ElasticWeightConsolidation: 0 } && Rescaling.Fits(network.Shape))
            Rescaling.Apply(network);
        if (_options.NewTransformer)
            LexicalStart.WeakenTransformer(network);
        network.to(device);

        var run = new TrainingRun([domain], merged.Tokenizer, _options.Training, DomainMixing.None, device);
        TrainingSummary summary = run.Run(
            network,
            names => new FineTuningPlan(names, _options, shape.Layers, network.Shape.HasIds) { Pretrained = FisherInformation.IdentityOf(_pretrained.Network)[..16] },
            _options.ElasticWeightConsolidation == 0 ? null : step => _options.Fisher!.MakeAnchor(_options.ElasticWeightConsolidation, step, merged));
        return WithGains(network, domain, merged.Tokenizer, run.Popularity[0], summary, device);
    }

    // With what the latest items add, as the validation data wants it.
    private TrainedModel WithGains(SequentialNetwork network, TrainingDomain domain, ItemTokenizer tokenizer, int[] popularity, TrainingSummary summary, Device device)
    {
        GainTable? gains = null;
        if (domain.Validation is not null && (_options.Training.AddsGains || summary.ValidationNdcg is null))
            (gains, summary) = GainChoice.Choose([network], domain, tokenizer, _options.Training, device).In(summary);
        return new TrainedModel([network], gains, domain.Catalogue, tokenizer, popularity, summary, device);
    }
}
