using System.Text.Json.Serialization;

namespace MlNetSeqRec;

/// <summary>How the negatives of a sampled softmax are drawn.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NegativeSampling>))]
public enum NegativeSampling
{
    /// <summary>By how often each item occurs in training, plus one (SRT).</summary>
    Popularity,

    /// <summary>Every item equally.</summary>
    Uniform,

    /// <summary>Half of the probability by popularity, half uniform.</summary>
    Mixed,
}
