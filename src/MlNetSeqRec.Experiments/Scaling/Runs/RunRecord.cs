namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>All that is kept of one training: a row of a <see cref="RunStore"/>, as data-schemas/run.schema.json says.</summary>
public sealed record RunRecord
{
    /// <summary>The layout of records that this version writes.</summary>
    public const int CurrentSchema = 2;

    /// <summary>The layout of this record.</summary>
    public int SchemaVersion { get; init; } = CurrentSchema;

    /// <summary>The run's name, unique in a store: the same configuration on the same data has the same.</summary>
    public required string Id { get; init; }

    /// <summary>When it began, ISO 8601 in UTC.</summary>
    public string Started { get; init; } = string.Empty;

    /// <summary>The software and its version.</summary>
    public string Software { get; init; } = string.Empty;

    /// <summary>What the data are a sample of; runs of different ones are not compared.</summary>
    public required string Corpus { get; init; }

    /// <summary>The data set's name.</summary>
    public string Data { get; init; } = string.Empty;

    /// <summary>A fingerprint of the training data's content.</summary>
    public string DataFingerprint { get; init; } = string.Empty;

    /// <summary>Users of the training data; 0 where unknown.</summary>
    public long Users { get; init; }

    /// <summary>Items of the catalogue; 0 where unknown.</summary>
    public long Items { get; init; }

    /// <summary>Targets of an epoch: T of the laws.</summary>
    public required long Events { get; init; }

    /// <summary>id, text or id+text.</summary>
    public string Encoding { get; init; } = string.Empty;

    /// <summary>Transformer blocks; 0 where unknown.</summary>
    public int Layers { get; init; }

    /// <summary>Width of vectors and states; 0 where unknown.</summary>
    public int Width { get; init; }

    /// <summary>Attention heads; 0 where unknown.</summary>
    public int Heads { get; init; }

    /// <summary>How many of the latest items the network looks at.</summary>
    public int MaximumLength { get; init; }

    /// <summary>Share of values dropped.</summary>
    public double Dropout { get; init; }

    /// <summary>Negatives for each step (each example in SRT); 0 for a loss over the whole catalogue.</summary>
    public int Negatives { get; init; }

    /// <summary>Positions trained in one step.</summary>
    public int PositionsPerBatch { get; init; }

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; }

    /// <summary>Epochs that were asked for, over which the learning rate falls.</summary>
    public int EpochsAsked { get; init; }

    /// <summary>The seed.</summary>
    public int Seed { get; init; }

    /// <summary>Trained parameters: N of the laws.</summary>
    public required long Parameters { get; init; }

    /// <summary>Those of them in tables of ids and tokens.</summary>
    public long TableParameters { get; init; }

    /// <summary>What was measured after epochs, on which users: runs with different ones are not compared.</summary>
    public required string Metric { get; init; }

    /// <summary>How <see cref="RunEpoch.Flops"/> were counted: true (forward and back, no padding) or srt (as the paper's authors).</summary>
    public required string FlopsCount { get; init; }

    /// <summary>The epochs, in order.</summary>
    public required IReadOnlyList<RunEpoch> Epochs { get; init; }

    /// <summary>Seconds of training, validation included.</summary>
    public double Seconds { get; init; }

    /// <summary>What it ran on; "cuda:0 (NVIDIA H100)" for example.</summary>
    public string Device { get; init; } = string.Empty;

    /// <summary>Why it ended.</summary>
    public string Ended { get; init; } = string.Empty;

    /// <summary>The best validation.</summary>
    /// <exception cref="InvalidDataException">There was none.</exception>
    public RunEpoch Best() => Epochs.Where(epoch => epoch.Value is not null).MaxBy(epoch => epoch.Value)
        ?? throw new InvalidDataException($"Run {Id} was never validated: it has no metric to compare");
}

/// <summary>One epoch of a run.</summary>
public sealed record RunEpoch
{
    /// <summary>Its number, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Training FLOPs from the start to its end.</summary>
    public required double Flops { get; init; }

    /// <summary>The same by the paper's authors' count; null where it is not known.</summary>
    public double? SrtFlops { get; init; }

    /// <summary>Mean training loss, nats for each target; null where it is not known.</summary>
    public double? Loss { get; init; }

    /// <summary>The validation metric; null where there was no validation.</summary>
    public double? Value { get; init; }

    /// <summary>Seconds of training, validation not included, from the start to its end.</summary>
    public double Seconds { get; init; }
}
