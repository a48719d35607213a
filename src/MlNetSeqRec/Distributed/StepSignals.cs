namespace MlNetSeqRec;

/// <summary>What clocks and signals say before a step. Ranks have different clocks, so they act on the first's alone.</summary>
/// <param name="IsCancelled">Whether the training was asked to stop: on any rank.</param>
/// <param name="IsOutOfTime">Whether the time limit has passed.</param>
/// <param name="IsDue">Whether it is time to look at the loss, report it and perhaps write a checkpoint.</param>
/// <param name="Fraction">How much of the training is done, 0 to 1, by which the learning rate goes.</param>
internal readonly record struct StepSignals(bool IsCancelled, bool IsOutOfTime, bool IsDue, double Fraction)
{
    /// <summary>The same on all ranks.</summary>
    public StepSignals Agree(ProcessGroup group)
    {
        if (group.Count == 1)
            return this;
        Span<double> values = [Number(IsCancelled), Number(group.IsFirst && IsOutOfTime), Number(group.IsFirst && IsDue), group.IsFirst ? Fraction : 0];
        group.Max(values);
        return new StepSignals(values[0] > 0, values[1] > 0, values[2] > 0, values[3]);
    }

    private static double Number(bool value) => value ? 1 : 0;
}
