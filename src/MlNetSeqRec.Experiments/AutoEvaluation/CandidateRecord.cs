using System.Text.Json.Serialization;

namespace MlNetSeqRec.Experiments;

/// <summary>How far a candidate is: what a killed experiment knows of it when it goes on.</summary>
internal sealed class CandidateRecord
{
    public required string Name { get; init; }

    /// <summary>Epochs that are done.</summary>
    public List<TrainingEpoch> Epochs { get; init; } = [];

    /// <summary>Seconds of training, as the trainer counts them.</summary>
    public double TrainedSeconds { get; set; }

    /// <summary>Seconds that the experiment spent on it.</summary>
    public double Cost { get; set; }

    /// <summary>Why training ended; null while it can go on.</summary>
    public string? Ended { get; set; }

    /// <summary>Whether there is a model of it, in its folder.</summary>
    public bool HasModel { get; set; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; set; }

    /// <summary>Networks whose scores are added up; they begin with the one of another candidate.</summary>
    public int Members { get; init; } = 1;

    /// <summary>The candidate that the further members are added to; null for candidates of their own.</summary>
    public string? Of { get; init; }

    [JsonIgnore]
    public double? BestNdcg => Epochs.Max(epoch => epoch.ValidationNdcg);

    [JsonIgnore]
    public bool IsStarted => TrainedSeconds > 0;

    [JsonIgnore]
    public bool CanGoOn => Error is null && Ended is null;

    /// <summary>Adds an epoch; a run that goes on from an earlier checkpoint makes some again.</summary>
    public void Add(TrainingEpoch epoch)
    {
        Epochs.RemoveAll(known => known.Epoch >= epoch.Epoch);
        Epochs.Add(epoch);
    }
}
