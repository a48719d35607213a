using System.Globalization;
using System.Reflection;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>Makes the record of a training.</summary>
public static class TrainedRun
{
    /// <summary>The record of a training that has just ended.</summary>
    /// <param name="id">The run's name in its store.</param>
    /// <param name="summary">What the training told.</param>
    /// <param name="options">What it was asked for.</param>
    /// <param name="data">The folder of the training data.</param>
    /// <param name="validation">The folder of other users whom it was validated on; null where they were the same.</param>
    /// <param name="corpus">What the data are a sample of; null where they are not.</param>
    /// <param name="users">Users of the training data.</param>
    /// <param name="started">When it began.</param>
    public static RunRecord Record(
        string id, TrainingSummary summary, SequentialTransformerOptions options, string data, string? validation, string? corpus, long users, DateTimeOffset started)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(options);
        string fingerprint = NestedSamples.FingerprintOf(data);
        string judgedOn = validation is null ? fingerprint : NestedSamples.FingerprintOf(validation);
        var authors = new SrtConfiguration
        {
            Layers = options.Layers,
            Width = options.Width,
            InnerWidth = 4 * options.Width,
            Heads = options.Heads,
            Negatives = summary.Negatives > 0 ? summary.Negatives : summary.Items - 1,
            TokenRows = 0,
            SequenceLength = options.MaximumLength,
        };
        return new RunRecord
        {
            Id = id,
            Started = started.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
            Software = "seqrec " + (typeof(TrainedRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? string.Empty),
            Corpus = corpus ?? fingerprint,
            Data = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(data))),
            DataFingerprint = fingerprint,
            Users = users,
            Items = summary.Items,
            Events = summary.TargetsPerEpoch,
            Encoding = summary.Encoding switch { ItemEncoding.Id => "id", ItemEncoding.Text => "text", _ => "id+text" },
            Layers = options.Layers,
            Width = options.Width,
            Heads = options.Heads,
            MaximumLength = options.MaximumLength,
            Dropout = summary.Dropout,
            Negatives = summary.Negatives,
            PositionsPerBatch = options.PositionsPerBatch,
            LearningRate = options.LearningRate,
            EpochsAsked = options.Epochs,
            Seed = options.Seed,
            Parameters = summary.Parameters,
            TableParameters = summary.TableParameters,
            Metric = $"ndcg@10 unseen, users of {judgedOn}",
            FlopsCount = "true",
            Epochs = Epochs(summary, options, authors.EpochFlops(summary.TargetsPerEpoch)),
            Seconds = summary.Seconds,
            Device = DeviceName.Of(summary.Device),
            Ended = summary.Ended,
        };
    }

    private static RunEpoch[] Epochs(TrainingSummary summary, SequentialTransformerOptions options, double authorsFlops)
    {
        double flops = 0, seconds = 0;
        return [.. summary.History.Select(epoch => new RunEpoch
        {
            Epoch = epoch.Epoch,
            Flops = flops += TrainingCost.Flops(epoch.Work, options.Width, options.Layers),
            SrtFlops = authorsFlops * epoch.Epoch,
            Loss = epoch.Loss,
            Value = epoch.ValidationNdcg,
            Seconds = seconds += epoch.TrainSeconds,
        })];
    }
}
