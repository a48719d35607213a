using System.Text.Json.Serialization;

namespace MlNetSeqRec;

/// <summary>How the negatives of a sampled softmax are drawn.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NegativeSampling>))]
public enum NegativeSampling
{
    /// <summary>By how often each item occurs in training, plus <see cref="SequentialTransformerOptions.PopularitySmoothing"/> (SRT).</summary>
    Popularity,

    /// <summary>Every item equally.</summary>
    Uniform,

    /// <summary><see cref="SequentialTransformerOptions.RandomShare"/> of the probability uniform, the rest by popularity.</summary>
    Mixed,

    /// <summary>By the logarithm of 1 + what <see cref="Popularity"/> draws by.</summary>
    LogPopularity,

    /// <summary>Items that occur near the step's targets in training, as often as they do; a random share by popularity.</summary>
    CoCounts,

    /// <summary>
    /// Hard negatives: items whose vectors are nearest to those of the step's targets, but for the very nearest, which may be
    /// as right as the target. Found anew before each epoch; a random share by popularity.
    /// </summary>
    Nearest,
}
