namespace MlNetSeqRec;

/// <summary>Tells <see cref="SequentialTransformerOptions.Progress"/> how the training stands; where ranks train together, the first does.</summary>
/// <param name="options">Of the training.</param>
/// <param name="best">The best validation so far.</param>
/// <param name="group">The ranks.</param>
internal sealed class TrainingReporter(SequentialTransformerOptions options, BestWeights best, ProcessGroup group)
{
    /// <summary>Something unusual to say with the next report.</summary>
    public string? Note { get; set; }

    /// <param name="epochs">Epochs done, with the part of the one under way.</param>
    /// <param name="fraction">How much of the training is done, 0 to 1.</param>
    /// <param name="seconds">Time so far.</param>
    /// <param name="loss">Mean loss of the epoch.</param>
    /// <param name="speed">Targets a second.</param>
    /// <param name="completed">The epoch that has just ended; null in the middle of one.</param>
    public void Report(double epochs, double fraction, double seconds, double loss, double speed, TrainingEpoch? completed)
    {
        if (!group.IsFirst)
            return;
        options.Progress?.Report(new TrainingProgress
        {
            Epoch = Math.Min((int)Math.Ceiling(epochs), options.Epochs),
            Epochs = options.Epochs,
            Fraction = fraction,
            Loss = loss,
            ValidationNdcg = completed?.ValidationNdcg,
            DomainNdcg = completed?.DomainNdcg,
            Completed = completed,
            BestNdcg = best.Epoch > 0 ? best.Ndcg : null,
            TargetsPerSecond = speed,
            Elapsed = TimeSpan.FromSeconds(seconds),
            Remaining = TimeSpan.FromSeconds(fraction > 0 ? seconds * (1 - fraction) / fraction : 0),
            Note = Note,
        });
        Note = null;
    }
}
