namespace MlNetSeqRec.Data;

/// <summary>What <see cref="AmazonLikeGenerator"/> wrote.</summary>
/// <param name="Reviews">Path of the reviews.</param>
/// <param name="Items">Path of the metadata.</param>
/// <param name="Interactions">Good review lines.</param>
/// <param name="BrokenLines">Spoilt review lines.</param>
public sealed record AmazonLikeFiles(string Reviews, string Items, long Interactions, long BrokenLines);
