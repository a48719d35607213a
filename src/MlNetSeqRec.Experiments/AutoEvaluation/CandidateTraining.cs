using System.Diagnostics;

namespace MlNetSeqRec.Experiments;

/// <summary>Trains candidates in legs: each goes on from the checkpoint at which the one before stopped.</summary>
internal sealed class CandidateTraining(SequentialRecommendationCatalog recommendation, SequentialExperimentSettings settings, ExperimentData data, ExperimentCache cache)
{
    /// <summary>Seconds of a leg that were not training: reading, building, and after the last epoch the choice of transitions.</summary>
    public double Overhead { get; private set; }

    /// <summary>Trains for a while.</summary>
    /// <param name="candidate">What.</param>
    /// <param name="record">How far it is; what is done is added.</param>
    /// <param name="limit">Seconds of training in all, by which the learning rate falls, and at which training ends.</param>
    /// <param name="pause">Whether the epoch that ended was enough for now.</param>
    /// <param name="stopAfter">Seconds from now after which the leg stops wherever it is.</param>
    /// <returns>The trained model; null where the leg was paused, stopped, or failed.</returns>
    public SequentialRecommendationTransformer? Run(SequentialCandidate candidate, CandidateRecord record, double limit, Func<bool> pause, double stopAfter)
    {
        double costBefore = record.Cost, trainedBefore = record.TrainedSeconds;
        var clock = Stopwatch.StartNew();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(settings.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(stopAfter, 1e-3, int.MaxValue / 1000)));
        SequentialTransformerOptions options = candidate.Recipe();
        options.TimeLimit = TimeSpan.FromSeconds(Math.Max(1e-3, limit));
        options.CheckpointFolder = cache.CheckpointFolder(record);
        options.Resume = true;
        options.Members = record.Members;
        (options.Seed, options.Device) = (settings.Seed, settings.Device);
        options.CancellationToken = stop.Token;
        options.Progress = new Relay(Follow);
        try
        {
            SequentialRecommendationTransformer model = Fit(candidate, options);
            record.Ended = model.Training.Ended == TrainingLoop.OutOfTime ? null : model.Training.Ended;
            AtomicFile.Write(cache.ModelPath(record), model.Save);
            record.HasModel = true;
            return model;
        }
        catch (OperationCanceledException) when (!settings.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            record.Error = e.Message.ReplaceLineEndings(" ");
            return null;
        }
        finally
        {
            record.Cost = costBefore + clock.Elapsed.TotalSeconds;
            Overhead = clock.Elapsed.TotalSeconds - (record.TrainedSeconds - trainedBefore);
            cache.Write();
        }

        void Follow(TrainingProgress progress)
        {
            record.Cost = costBefore + clock.Elapsed.TotalSeconds;
            record.TrainedSeconds = progress.Elapsed.TotalSeconds;
            if (progress.Completed is { } epoch && record.Members == 1)
                record.Add(epoch);
            cache.WriteNowAndThen();
            settings.TrainingProgress?.Report((candidate.Name, progress));
            if (progress.Completed is not null && pause())
                stop.Cancel();
        }
    }

    /// <summary>The model of a candidate that was trained before.</summary>
    public SequentialRecommendationTransformer Load(CandidateRecord record)
    {
        using FileStream stream = File.OpenRead(cache.ModelPath(record));
        return SequentialRecommendationTransformer.Load(stream, settings.Device);
    }

    private SequentialRecommendationTransformer Fit(SequentialCandidate candidate, SequentialTransformerOptions options)
    {
        if (candidate.FineTuning is { } strategy)
            return recommendation.Trainers.FineTune(settings.PretrainedModel!, new FineTuningOptions { Training = options, Strategy = strategy }).Fit(data.Domain);
        options.Tokenizer = data.Tokenizer;
        return recommendation.Trainers.SequentialTransformer(options).Fit(data.Domain);
    }

    // On the training's own thread, so that it pauses where it was told to.
    private sealed class Relay(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
