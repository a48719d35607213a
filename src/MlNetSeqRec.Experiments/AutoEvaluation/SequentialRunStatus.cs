namespace MlNetSeqRec.Experiments;

/// <summary>How far an experiment took a run.</summary>
public enum SequentialRunStatus
{
    /// <summary>It was trained to its end, or needs no training, and was evaluated.</summary>
    Finished,

    /// <summary>It was tried for a while, and others looked better; its epochs say how far it came.</summary>
    Stopped,

    /// <summary>There was no time for it.</summary>
    NotTried,

    /// <summary>It could not be trained; the exception says why.</summary>
    Failed,
}
