using System.Text.Json.Serialization;

namespace MlNetSeqRec;

/// <summary>How an item's pooled token vectors become its text vector.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextAdapter>))]
public enum TextAdapter
{
    /// <summary>A small feed-forward network adds to them.</summary>
    Residual,

    /// <summary>A linear layer, as in SRT.</summary>
    Linear,
}
