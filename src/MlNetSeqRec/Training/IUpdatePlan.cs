namespace MlNetSeqRec;

/// <summary>Which parameters are trained in an epoch, and how fast.</summary>
internal interface IUpdatePlan
{
    /// <summary>What decides the outcome, in a few words: a checkpoint is only used with the same.</summary>
    string Description { get; }

    /// <summary>Epochs in which some parameters wait for their turn.</summary>
    int EpochsBeforeLastStage { get; }

    /// <summary>What the learning rate of each parameter is multiplied by, in the optimizer's order; 0 where it is frozen.</summary>
    /// <param name="epoch">From 1.</param>
    IReadOnlyList<double> Factors(int epoch);
}
