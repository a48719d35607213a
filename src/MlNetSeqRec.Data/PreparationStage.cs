namespace MlNetSeqRec.Data;

/// <summary>One step of <see cref="DataPreparation"/>.</summary>
/// <param name="Name">What the step does.</param>
/// <param name="In">Reviews before it (lines, for the first step; items, for the step "items").</param>
/// <param name="Out">Reviews after it.</param>
/// <param name="Why">What the difference was.</param>
/// <param name="Seconds">How long it took; 0 where it was counted on the way of another step, or kept from an earlier run.</param>
public sealed record PreparationStage(string Name, long In, long Out, string Why, double Seconds);
