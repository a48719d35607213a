namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>A sweep: runs of one corpus, each in a process of its own.</summary>
public sealed record SweepOptions
{
    /// <summary>The corpus, a folder as train takes it.</summary>
    public required string Data { get; init; }

    /// <summary>The sweep's folder: samples, runs, logs.</summary>
    public required string Folder { get; init; }

    /// <summary>The configurations.</summary>
    public required IReadOnlyList<SweepRun> Runs { get; init; }

    /// <summary>The program that trains and the words before its verb.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>Options of train that all runs share, as words.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Users that are validated on and never trained on.</summary>
    public int HeldOutUsers { get; init; } = 10_000;

    /// <summary>The seed of samples and of trainings.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Runs at once.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>Devices; runs at once are dealt out to them in turn.</summary>
    public IReadOnlyList<string> Devices { get; init; } = ["auto"];

    /// <summary>The most time; what is under way then is stopped and goes on from its checkpoint with the next sweep.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Whether models are kept, as models/ID.zip, and not only the records.</summary>
    public bool KeepModels { get; init; }
}
