using System.Globalization;

namespace MlNetSeqRec;

/// <summary>Which parameters a fine-tuning trains in which epoch, and how fast: the strategy and the rates by depth.</summary>
internal sealed class FineTuningPlan : IUpdatePlan
{
    private readonly IReadOnlyList<string> _names;
    private readonly FineTuningOptions _options;
    private readonly int _layers;
    private readonly int _stages;
    private readonly bool _hasNewIds;

    /// <param name="names">The parameters in the optimizer's order.</param>
    /// <param name="options">The strategy.</param>
    /// <param name="layers">Blocks of the network.</param>
    /// <param name="hasNewIds">Whether the id table is new, so that it is trained whatever the strategy.</param>
    /// <exception cref="ArgumentException">The strategy names more blocks than there are, or needs more epochs than it is given.</exception>
    public FineTuningPlan(IReadOnlyList<string> names, FineTuningOptions options, int layers, bool hasNewIds)
    {
        (_names, _options, _layers, _hasNewIds) = (names, options, layers, hasNewIds);
        Check(options, layers);
        _stages = options.Strategy == FineTuningStrategy.Progressive ? options.UnfreezeLayers ?? layers : 0;
    }

    /// <summary>Which model it began from, for the description.</summary>
    public string Pretrained { get; init; } = string.Empty;

    public int EpochsBeforeLastStage => _stages * _options.EpochsPerLayer;

    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"strategy {_options.Strategy} {_stages} × {_options.EpochsPerLayer}; layer decay {_options.LayerDecay}; EWC {_options.ElasticWeightConsolidation}; new transformer {_options.NewTransformer}; rescale {_options.Rescale}; from model {Pretrained}");

    public static void Check(FineTuningOptions options, int layers)
    {
        if (options.UnfreezeLayers > layers)
            throw new ArgumentException($"UnfreezeLayers is {options.UnfreezeLayers}, and the pre-trained model has {layers} {(layers == 1 ? "layer" : "layers")}");
        int epochs = (options.UnfreezeLayers ?? layers) * options.EpochsPerLayer;
        if (options.Strategy == FineTuningStrategy.Progressive && options.Training.Epochs <= epochs)
            throw new ArgumentException($"Progressive unfreezing of {options.UnfreezeLayers ?? layers} layers takes {epochs} epochs before everything is trained, and Epochs is {options.Training.Epochs}: raise Epochs or lower EpochsPerLayer ({options.EpochsPerLayer})");
    }

    public IReadOnlyList<double> Factors(int epoch)
    {
        int unfrozen = Math.Min(_stages, 1 + ((epoch - 1) / _options.EpochsPerLayer));
        bool isLast = epoch > EpochsBeforeLastStage;
        return [.. _names.Select(name => IsTrained(name, isLast ? null : unfrozen) ? Math.Pow(_options.LayerDecay, Depth(name)) : 0)];
    }

    // With how many of the top blocks unfrozen; null for the last stage.
    private bool IsTrained(string name, int? unfrozen)
    {
        if (_hasNewIds && name == ParameterNames.Ids)
            return true;
        if (_options.Strategy == FineTuningStrategy.Embeddings)
            return ParameterNames.IsOfItemEncoder(name);
        return unfrozen is null || (ParameterNames.BlockOf(name) is >= 0 and int block ? block >= _layers - unfrozen : !ParameterNames.IsTable(name));
    }

    // How far from the output: 0 for the last norm and the top block, one more for each block, and below all blocks the item encoder and the positions.
    private int Depth(string name)
    {
        if (_hasNewIds && name == ParameterNames.Ids)
            return 0;
        if (ParameterNames.BlockOf(name) is >= 0 and int block)
            return _layers - 1 - block;
        return ParameterNames.IsTable(name) || ParameterNames.IsOfItemEncoder(name) ? _layers : 0;
    }
}
