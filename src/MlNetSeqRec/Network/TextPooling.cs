using System.Text.Json.Serialization;

namespace MlNetSeqRec;

/// <summary>How the vectors of an item's tokens become one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextPooling>))]
public enum TextPooling
{
    /// <summary>Sum / sqrt(tokens): long titles do not outweigh short ones, and short ones are not drowned in noise.</summary>
    SquareRoot,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum, as in SRT: long titles have long vectors.</summary>
    Sum,
}
