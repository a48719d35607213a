namespace MlNetSeqRec;

/// <summary>Options of <see cref="FineTuningTrainer"/>.</summary>
public sealed class FineTuningOptions
{
    /// <summary>
    /// The target's items and validation data, and how to train: epochs, rates, dropout, batches, negatives, seed, device. What
    /// fixes the network's size (Width, Layers, Heads, MaximumLength) comes from the pre-trained model; a value here other than the
    /// default and the model's is refused. ItemEncoding Auto keeps that of the model; IdAndText gives the target's items ids of
    /// their own beside a model of text.
    /// </summary>
    public SequentialTransformerOptions Training { get; set; } = new();

    /// <summary>What is trained.</summary>
    public FineTuningStrategy Strategy { get; set; } = FineTuningStrategy.Full;

    /// <summary>How many blocks the progressive strategy unfreezes one at a time before everything; null for all.</summary>
    public int? UnfreezeLayers { get; set; }

    /// <summary>Epochs of the progressive strategy with each number of unfrozen blocks.</summary>
    public int EpochsPerLayer { get; set; } = 3;

    /// <summary>What the learning rate is multiplied by for each block further from the output; tables and adapter are below all blocks. 1 for one rate everywhere.</summary>
    public double LayerDecay { get; set; } = 1;

    /// <summary>
    /// Whether only what makes item vectors comes from the pre-trained model, and a new transformer learns over them, which begins by
    /// looking for items like the latest one.
    /// </summary>
    public bool NewTransformer { get; set; }

    /// <summary>
    /// Whether the network is first scaled to the lengths of a new one, which changes no ranking and lets learning rates do what they
    /// do from scratch. Not done with elastic weight consolidation, which holds weights where they were, nor where rankings would change
    /// (dot products, norms after the blocks, a linear adapter).
    /// </summary>
    public bool Rescale { get; set; } = true;

    /// <summary>The strength λ of elastic weight consolidation; 0 for none. It needs <see cref="Fisher"/>.</summary>
    public double ElasticWeightConsolidation { get; set; }

    /// <summary>How much each weight mattered in pre-training, for elastic weight consolidation.</summary>
    public FisherInformation? Fisher { get; set; }

    /// <summary>Most words, or parts of words, of the target's text that become tokens of their own where the pre-trained vocabulary splits them. Characters and categories that it lacks are always added.</summary>
    public int NewPieces { get; set; } = 2000;

    internal void Check()
    {
        Training.Check();
        Require(UnfreezeLayers is null or >= 1, nameof(UnfreezeLayers), UnfreezeLayers, "at least 1");
        Require(EpochsPerLayer >= 1, nameof(EpochsPerLayer), EpochsPerLayer, "at least 1");
        Require(LayerDecay is > 0 and <= 1, nameof(LayerDecay), LayerDecay, "above 0 and at most 1");
        Require(ElasticWeightConsolidation >= 0, nameof(ElasticWeightConsolidation), ElasticWeightConsolidation, "at least 0");
        Require(NewPieces >= 0, nameof(NewPieces), NewPieces, "at least 0");
        if (Training.Tokenizer is not null)
            throw new ArgumentException("A Tokenizer was given, and a fine-tuned model goes on with the pre-trained model's: leave it empty");
        if (ElasticWeightConsolidation > 0 && Fisher is null)
            throw new ArgumentException("Elastic weight consolidation needs the Fisher information of the pre-training data, and there is none: make it with Trainers.EstimateFisher (seqrec fisher) and give it as Fisher");
        if (Training.LexicalStart)
            throw new ArgumentException("LexicalStart was asked for, and a fine-tuned model begins as the pre-trained one: leave it out");
        if (NewTransformer && (Strategy != FineTuningStrategy.Full || ElasticWeightConsolidation > 0))
            throw new ArgumentException($"NewTransformer was asked for together with {(Strategy == FineTuningStrategy.Full ? "elastic weight consolidation" : $"the strategy {Strategy}")}, which is about a pre-trained one: use one of them");
        if (ElasticWeightConsolidation > 0 && Strategy == FineTuningStrategy.None)
            throw new ArgumentException("Elastic weight consolidation was asked for together with a strategy that trains nothing");
    }

    private static void Require(bool holds, string name, object? value, string expected)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {expected}");
    }
}
