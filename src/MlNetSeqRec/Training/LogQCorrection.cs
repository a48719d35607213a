using System.Text.Json.Serialization;

namespace MlNetSeqRec;

/// <summary>Which scores of a sampled softmax are corrected by the logarithm of the probability q with which items are drawn.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LogQCorrection>))]
public enum LogQCorrection
{
    /// <summary>The negatives' and the target's, by ln q: the form of SRT and of most recommenders.</summary>
    All,

    /// <summary>
    /// The negatives' alone, by ln(N q) for N negatives: their sum then estimates the whole catalogue's without bias, so that
    /// the loss becomes that over the whole catalogue as N grows.
    /// </summary>
    Negatives,

    /// <summary>None: what is learnt is how much likelier an item is than by chance of being drawn.</summary>
    None,
}
