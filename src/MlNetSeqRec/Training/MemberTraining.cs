namespace MlNetSeqRec;

/// <summary>Trains the members of a model one after another, each from its own seed, with its own checkpoint and its share of the time.</summary>
internal static class MemberTraining
{
    private const int BetweenSeeds = 100_003;

    /// <summary>The trained networks, and how the model came about.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="train">Trains one member.</param>
    public static (IReadOnlyList<SequentialNetwork> Networks, TrainingSummary Summary) Run(
        SequentialTransformerOptions options, Func<SequentialTransformerOptions, (SequentialNetwork Network, TrainingSummary Summary)> train)
    {
        var networks = new List<SequentialNetwork>();
        var summaries = new List<TrainingSummary>();
        for (int member = 0; member < options.Members; member++)
        {
            double spent = summaries.Sum(summary => summary.Seconds);
            (SequentialNetwork network, TrainingSummary summary) = train(options.Members == 1 ? options : Of(options, member, spent));
            networks.Add(network);
            summaries.Add(summary);
        }

        return (networks, summaries.Count == 1 ? summaries[0] : Join(summaries));
    }

    private static SequentialTransformerOptions Of(SequentialTransformerOptions options, int member, double spent)
    {
        SequentialTransformerOptions own = options.Copy();
        own.Seed = unchecked(options.Seed + (member * BetweenSeeds));
        own.CheckpointFolder = options.CheckpointFolder is { } folder ? Path.Combine(folder, $"member-{member + 1}") : null;
        if (options.TimeLimit is { } limit)
            own.TimeLimit = TimeSpan.FromSeconds(Math.Max(1e-3, (limit.TotalSeconds - spent) / (options.Members - member)));
        if (options.Progress is { } progress)
            own.Progress = new MemberProgress(progress, member, options.Members, spent);
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

    private sealed class MemberProgress(IProgress<TrainingProgress> progress, int member, int members, double spent) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            double fraction = (member + value.Fraction) / members, elapsed = spent + value.Elapsed.TotalSeconds;
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
