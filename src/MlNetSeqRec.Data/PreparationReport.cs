namespace MlNetSeqRec.Data;

/// <summary>What <see cref="DataPreparation"/> did.</summary>
public sealed record PreparationReport
{
    /// <summary>Users written.</summary>
    public required long Users { get; init; }

    /// <summary>Items written: those with at least one interaction.</summary>
    public required long Items { get; init; }

    /// <summary>Interactions written.</summary>
    public required long Interactions { get; init; }

    /// <summary>Reason → number of lines or reviews left out for it. Reasons of item lines start with "items: ".</summary>
    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    /// <summary>The first few left out for each reason.</summary>
    public required IReadOnlyList<RejectedLine> RejectedExamples { get; init; }

    /// <summary>Reviews in and out of each stage, in order.</summary>
    public required IReadOnlyList<PreparationStage> Stages { get; init; }

    /// <summary>Elapsed time.</summary>
    public required double Seconds { get; init; }

    /// <summary>The most memory that the process had resident by the end, in bytes.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>Whether nothing was done, since the folder was already prepared so; the figures are those of that time.</summary>
    public bool UpToDate { get; init; }
}
