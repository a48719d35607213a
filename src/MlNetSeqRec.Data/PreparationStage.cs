namespace MlNetSeqRec.Data;

/// <summary>One step of <see cref="DataPreparation"/>.</summary>
/// <param name="Name">What the step does.</param>
/// <param name="In">Reviews before it (lines, for the first step).</param>
/// <param name="Out">Reviews after it.</param>
public sealed record PreparationStage(string Name, long In, long Out);
