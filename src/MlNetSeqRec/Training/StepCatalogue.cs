namespace MlNetSeqRec;

/// <summary>The items that a domain's steps are over, and the loss over them.</summary>
/// <param name="Range">Which of the network's items they are; null for all.</param>
/// <param name="Text">Their text where each step computes all their vectors; else null.</param>
/// <param name="Loss">The loss.</param>
internal sealed record StepCatalogue(ItemRange? Range, ItemTokens? Text, ISoftmaxLoss Loss);
