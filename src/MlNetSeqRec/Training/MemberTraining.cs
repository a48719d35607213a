namespace MlNetSeqRec;

/// <summary>
/// Trains the members of a model one after another, each from its own seed and with its own checkpoint. Where time is limited a
/// member may take all that is left, and another is begun only if there is about as much as the longest took: one network that has
/// learnt what it can ranks better than several that were cut.
/// </summary>
internal static class MemberTraining
{
    private const int BetweenSeeds = 100_003;
    private const double EnoughTime = 0.75;

    /// <summary>The trained networks, and how the model came about.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="train">Trains one member.</param>
    public static (IReadOnlyList<SequentialNetwork> Networks, TrainingSummary Summary) Run(
        SequentialTransformerOptions options, Func<SequentialTransformerOptions, (SequentialNetwork Network, TrainingSummary Summary)> train)
    {
        var networks = new List<SequentialNetwork>();
        var summaries = new List<TrainingSummary>();
        ProcessGroup group = options.ProcessGroup ?? ProcessGroup.Alone;
        for (int member = 0; member < options.Members; member++)
        {
            double spent = group.FromFirst(summaries.Sum(summary => summary.Seconds));
            if (member > 0 && options.TimeLimit?.TotalSeconds - spent < EnoughTime * group.FromFirst(summaries.Max(summary => summary.Seconds)))
                break;
            (SequentialNetwork network, TrainingSummary summary) = train(options.Members == 1 ? options : Of(options, member, spent));
            networks.Add(network);
            summaries.Add(summary);
        }

        return (networks, summaries.Count == 1 ? Note(summaries[0]) : Note(Join(summaries)));

        TrainingSummary Note(TrainingSummary summary) => summaries.Count == options.Members ? summary
            : summary with { Ended = $"{summary.Ended}; time for {summaries.Count} of {options.Members} networks" };
    }

    private static SequentialTransformerOptions Of(SequentialTransformerOptions options, int member, double spent)
    {
        SequentialTransformerOptions own = options.Copy();
        own.Seed = unchecked(options.Seed + (member * BetweenSeeds));
        own.CheckpointFolder = options.CheckpointFolder is { } folder ? Path.Combine(folder, $"member-{member + 1}") : null;
        if (options.TimeLimit is { } limit)
            own.TimeLimit = TimeSpan.FromSeconds(Math.Max(1e-3, limit.TotalSeconds - spent));
        if (options.Progress is { } progress)
            own.Progress = new MemberProgress(progress, member, options.Members, spent, options.TimeLimit?.TotalSeconds ?? double.PositiveInfinity);
        return own;
    }

    private static TrainingSummary Join(List<TrainingSummary> members) => members[0] with
    {
        Epochs = members.Sum(member => member.Epochs),
        Seconds = members.Sum(member => member.Seconds),
        Parameters = members.Sum(member => member.Parameters),
        Ended = string.Join("; ", members.Select(member => member.Ended).Distinct()),
        Members = members,
    };

    private sealed class MemberProgress(IProgress<TrainingProgress> progress, int member, int members, double spent, double limit) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            double elapsed = spent + value.Elapsed.TotalSeconds;
            double fraction = Math.Max((member + value.Fraction) / members, Math.Min(1, elapsed / limit));
            progress.Report(value with
            {
                Member = member + 1,
                Members = members,
                Fraction = fraction,
                Elapsed = TimeSpan.FromSeconds(elapsed),
                Remaining = TimeSpan.FromSeconds(fraction > 0 ? elapsed * (1 - fraction) / fraction : 0),
            });
        }
    }
}
