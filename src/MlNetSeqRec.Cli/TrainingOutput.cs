using Microsoft.ML;

namespace MlNetSeqRec.Cli;

/// <summary>Trains with progress, saves the chain of histories and model, and says what came out.</summary>
internal static class TrainingOutput
{
    /// <summary>Joins the other ranks, where there are any, and checks that the one that writes the model can.</summary>
    public static void Begin(Context context, string path)
    {
        context.Join();
        if (context.IsFirstRank)
            ModelFile.CheckWritable(path);
    }

    /// <param name="context">The common options.</param>
    /// <param name="path">The model to write.</param>
    /// <param name="options">Told about progress; its checkpoints are removed at the end.</param>
    /// <param name="train">Interactions that the chain's first step is fitted on.</param>
    /// <param name="fit">Trains.</param>
    public static TrainingSummary Run(Context context, string path, SequentialTransformerOptions options, IDataView train, Func<IDataView, SequentialRecommendationTransformer> fit)
    {
        BuildSequencesTransformer histories = context.Recommendation.Transforms.BuildSequences().Fit(train);
        (options.Seed, options.Device, options.ProcessGroup) = (context.Seed, context.Device, context.Group);
        try
        {
            SequentialRecommendationTransformer model = ProgressDisplay.Run(progress =>
            {
                options.Progress = progress;
                return fit(histories.Transform(train));
            }, context.IsFirstRank);
            if (!context.IsFirstRank)
                return model.Training;
            ModelFile.Save(context.Ml, new Microsoft.ML.Data.TransformerChain<ITransformer>(histories, model), histories.GetOutputSchema(train.Schema), path);
            if (options.CheckpointFolder is not null && Directory.Exists(options.CheckpointFolder))
                Directory.Delete(options.CheckpointFolder, recursive: true);
            return model.Training;
        }
        catch (OperationCanceledException) when (context.IsFirstRank && options.CheckpointFolder is { } folder && Directory.Exists(folder) && Directory.EnumerateFiles(folder, "checkpoint.bin", SearchOption.AllDirectories).Any())
        {
            Console.Error.WriteLine($"{folder} holds where training was: the same command with --resume goes on from there");
            throw;
        }
    }

    public static object Describe(Context context, TrainingSummary summary, string path)
    {
        IReadOnlyDictionary<string, double>? domains = summary.History.FirstOrDefault(epoch => epoch.Epoch == summary.BestEpoch)?.DomainNdcg;
        context.Say($"{path}: epoch {summary.BestEpoch} of {summary.Epochs}, validation NDCG@10 {summary.ValidationNdcg:f4} (unseen items), {summary.Seconds:f0} s on {summary.Device}{(summary.Ranks > 1 ? $" of {summary.Ranks} ranks" : string.Empty)} at {summary.TargetsPerSecond:n0} targets/s; items by {summary.Encoding}, dropout {summary.Dropout}, members {Math.Max(1, summary.Members.Count)}, transition weight {summary.TransitionWeight}, text similarity weight {summary.TextSimilarityWeight}, recency decay {summary.RecencyDecay}; ended: {summary.Ended}");
        foreach ((string name, double ndcg) in domains ?? new Dictionary<string, double>())
            context.Say($"  {name}: validation NDCG@10 {ndcg:f4}");
        return new
        {
            model = path,
            summary.Epochs,
            summary.BestEpoch,
            validation = new Dictionary<string, double?> { ["ndcg@10"] = summary.ValidationNdcg },
            domains,
            summary.Ended,
            items = summary.Encoding,
            summary.Dropout,
            summary.TransitionWeight,
            summary.TextSimilarityWeight,
            summary.RecencyDecay,
            members = Math.Max(1, summary.Members.Count),
            summary.Parameters,
            summary.TargetsPerEpoch,
            summary.StepsPerEpoch,
            targetsPerSecond = Math.Round(summary.TargetsPerSecond),
            summary.Device,
            summary.Ranks,
            summary.ExchangedBytesPerStep,
            exchangeSeconds = Math.Round(summary.ExchangeSeconds, 3),
            seconds = Math.Round(summary.Seconds, 3),
            history = summary.History.Select(epoch => new { epoch.Epoch, epoch.Loss, ndcg = epoch.ValidationNdcg, domains = epoch.DomainNdcg, epoch.TrainSeconds, epoch.ValidationSeconds, epoch.Seconds }),
        };
    }
}
