namespace MlNetSeqRec;

/// <summary>Where the loop stands, apart from weights.</summary>
internal sealed class TrainingState
{
    /// <summary>The ranks that the training began with, whose batches together are a step's: others that go on with it share the same.</summary>
    public int Ranks { get; set; } = 1;

    /// <summary>Epochs that are done.</summary>
    public int EpochsDone { get; set; }

    /// <summary>Steps done since the start.</summary>
    public long Step { get; set; }

    /// <summary>Steps done of the epoch under way, and what they came to.</summary>
    public int StepInEpoch { get; set; }

    /// <summary>The sum of the loss over the targets of those steps.</summary>
    public double LossInEpoch { get; set; }

    public long TargetsInEpoch { get; set; }

    public double SecondsInEpoch { get; set; }

    public TrainingWork WorkInEpoch { get; set; } = new();

    /// <summary>Training time up to here, earlier runs included.</summary>
    public double Seconds { get; set; }

    /// <summary>Why training ended; null while it goes on.</summary>
    public string? Ended { get; set; }

    public List<TrainingEpoch> History { get; set; } = [];
}
