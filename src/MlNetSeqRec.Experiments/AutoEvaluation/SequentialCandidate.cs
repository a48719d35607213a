namespace MlNetSeqRec.Experiments;

/// <summary>One thing that an experiment tries.</summary>
/// <param name="Name">What it is called in the leaderboard; names differ.</param>
/// <param name="Recipe">
/// Makes its options. The experiment sets data, limits, checkpoints, seed and device itself, so what the recipe says of these has no effect.
/// </param>
/// <param name="FineTuning">How the pre-trained model is tuned, for a candidate that starts from it; null trains from scratch.</param>
public sealed record SequentialCandidate(string Name, Func<SequentialTransformerOptions> Recipe, FineTuningStrategy? FineTuning = null);
