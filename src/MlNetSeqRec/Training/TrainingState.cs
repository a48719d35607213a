namespace MlNetSeqRec;

/// <summary>Where the loop stands, apart from weights.</summary>
internal sealed class TrainingState
{
    /// <summary>Epochs done, or the one under way.</summary>
    public int Epoch { get; set; }

    public long Step { get; set; }

    /// <summary>Training time before the current epoch, earlier runs included.</summary>
    public double SecondsBefore { get; set; }

    /// <summary>Mean loss of the last whole epoch.</summary>
    public double Loss { get; set; }

    public double TargetsPerSecond { get; set; }

    /// <summary>Why training ended; null while it goes on.</summary>
    public string? Ended { get; set; }
}
