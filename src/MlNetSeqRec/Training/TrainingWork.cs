namespace MlNetSeqRec;

/// <summary>What an epoch computed, padding excluded: from these counts and the network's sizes follows its cost.</summary>
public sealed record TrainingWork
{
    /// <summary>Positions that went through the transformer: one for each target.</summary>
    public long Positions { get; init; }

    /// <summary>Pairs of a position and one that it looks at, itself included, in one layer.</summary>
    public long AttentionPairs { get; init; }

    /// <summary>Scores: of each target, its negatives (or the whole catalogue) and itself.</summary>
    public long Scores { get; init; }

    /// <summary>Item vectors that went through the adapter, over all steps; 0 without text.</summary>
    public long ItemVectors { get; init; }

    /// <summary>That of all ranks in a step; each makes item vectors of its own, about as many as this one.</summary>
    internal static TrainingWork OfStep(StepData step, NetworkShape shape, int ranks) => new()
    {
        Positions = step.TargetsOfAll,
        AttentionPairs = step.WindowsOfAll.Sum(window => (window.Length - 1L) * window.Length / 2),
        Scores = (long)step.TargetsOfAll * (step.Negatives is { } negatives ? negatives.Distinct + 1 : shape.Items),
        ItemVectors = shape.HasText ? (long)ranks * (step.Items?.Length ?? shape.Items) : 0,
    };

    internal TrainingWork Plus(TrainingWork other) => new()
    {
        Positions = Positions + other.Positions,
        AttentionPairs = AttentionPairs + other.AttentionPairs,
        Scores = Scores + other.Scores,
        ItemVectors = ItemVectors + other.ItemVectors,
    };
}
