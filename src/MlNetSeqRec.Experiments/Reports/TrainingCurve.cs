namespace MlNetSeqRec.Experiments.Reports;

/// <summary>How the training of one network went.</summary>
/// <param name="Name">The name of the model, as in the leaderboard.</param>
/// <param name="Epochs">Its epochs, in order.</param>
/// <param name="BestEpoch">The number, from 1, of the epoch that was kept; null where none is known.</param>
public sealed record TrainingCurve(string Name, IReadOnlyList<TrainingEpoch> Epochs, int? BestEpoch = null)
{
    /// <summary>The curves of a model: one, or one for each of its networks.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="summary">How it was trained.</param>
    public static IReadOnlyList<TrainingCurve> Of(string name, TrainingSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return summary.Members.Count == 0
            ? [new TrainingCurve(name, summary.History, summary.BestEpoch)]
            : [.. summary.Members.Select((member, i) => new TrainingCurve($"{name}, network {i + 1}", member.History, member.BestEpoch))];
    }
}
