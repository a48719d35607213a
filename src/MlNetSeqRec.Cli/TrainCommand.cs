using System.CommandLine;
using Microsoft.ML;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec train: a data set to a model.zip.</summary>
internal static class TrainCommand
{
    public static Command Make()
    {
        var defaults = new SequentialTransformerOptions();
        var data = new Option<string>("--data") { Description = "Folder that prepare wrote, or one with interactions and items as .tsv.gz or as Parquet (files, or folders of part files)", Required = true };
        var output = new Option<string>("--out") { Description = "The model to write, model.zip", Required = true };
        var items = new Option<string>("--items") { Description = "What item vectors are made from: id, text or id+text; by default id+text where there is text" };
        items.AcceptOnlyFromAmong("id", "text", "id+text");
        var layers = new Option<int>("--layers") { Description = "Transformer blocks", DefaultValueFactory = _ => defaults.Layers };
        var width = new Option<int>("--width") { Description = "Width of vectors", DefaultValueFactory = _ => defaults.Width };
        var heads = new Option<int>("--heads") { Description = "Attention heads", DefaultValueFactory = _ => defaults.Heads };
        var length = new Option<int>("--length") { Description = "How many of the latest items are looked at", DefaultValueFactory = _ => defaults.MaximumLength };
        var epochs = new Option<int>("--epochs") { Description = "Most passes over the data", DefaultValueFactory = _ => defaults.Epochs };
        var patience = new Option<int>("--patience") { Description = "Epochs without a better validation NDCG@10 before training stops", DefaultValueFactory = _ => defaults.Patience };
        var batch = new Option<int>("--batch") { Description = "Positions trained in one step", DefaultValueFactory = _ => defaults.PositionsPerBatch };
        var negatives = new NegativeOptions();
        var dropout = new Option<double>("--dropout") { Description = "Share of values dropped in training", DefaultValueFactory = _ => defaults.Dropout };
        var rate = new Option<double>("--learning-rate") { Description = "Peak learning rate", DefaultValueFactory = _ => defaults.LearningRate };
        var precision = new Option<TrainingPrecision>("--precision") { Description = "What the network is computed in: Single, or BFloat16 on a GPU", DefaultValueFactory = _ => defaults.Precision };
        var limit = new Option<double?>("--time-limit") { Description = "Most seconds to train" };
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint of a run that was stopped" };
        var validation = new Option<string?>("--validation") { Description = "Folder with the histories of other users to validate on; then all events of --data are trained on" };
        var record = new RunRecording();

        return CommonOptions.Command("train", "Train a model and keep the epoch with the best validation NDCG@10", (parsed, context, cancellation) =>
        {
            string path = parsed.GetValue(output)!;
            ModelFile.CheckWritable(path);
            var options = new SequentialTransformerOptions
            {
                ItemEncoding = parsed.GetValue(items) switch { "id" => ItemEncoding.Id, "text" => ItemEncoding.Text, "id+text" => ItemEncoding.IdAndText, _ => ItemEncoding.Auto },
                Layers = parsed.GetValue(layers),
                Width = parsed.GetValue(width),
                Heads = parsed.GetValue(heads),
                MaximumLength = parsed.GetValue(length),
                Epochs = parsed.GetValue(epochs),
                Patience = parsed.GetValue(patience),
                PositionsPerBatch = parsed.GetValue(batch),
                Dropout = parsed.GetValue(dropout),
                LearningRate = parsed.GetValue(rate),
                Precision = parsed.GetValue(precision),
                TimeLimit = parsed.GetValue(limit) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                CheckpointFolder = path + ".checkpoint",
                Resume = parsed.GetValue(resume),
                CancellationToken = cancellation,
            };
            negatives.Set(parsed, options);
            try
            {
                DateTimeOffset started = DateTimeOffset.UtcNow;
                TrainingSummary summary = Run(context, parsed.GetValue(data)!, path, options, parsed.GetValue(validation));
                record.Append(parsed, context, summary, options, parsed.GetValue(data)!, parsed.GetValue(validation), started);
                return Describe(context, summary, path);
            }
            catch (OperationCanceledException) when (File.Exists(Path.Combine(options.CheckpointFolder, "checkpoint.bin")))
            {
                Console.Error.WriteLine($"{options.CheckpointFolder} holds where training was: the same command with --resume goes on from there");
                throw;
            }
        }, [data, output, items, layers, width, heads, length, epochs, patience, batch, .. negatives.All, dropout, rate, precision, limit, resume, validation, .. record.Options]);
    }

    /// <summary>
    /// Trains on a folder's training part, chooses by its validation part, and saves the chain. With other users to validate on,
    /// trains on all of the folder, and chooses by those users' validation part.
    /// </summary>
    public static TrainingSummary Run(Context context, string folder, string path, SequentialTransformerOptions options, string? validation = null)
    {
        IDataView interactions = context.Recommendation.Data.LoadInteractions(folder);
        SequenceSplit split = context.Recommendation.Data.LeaveOneOutSplit(validation is null ? interactions : context.Recommendation.Data.LoadInteractions(validation));
        IDataView train = validation is null ? split.Train : interactions;
        options.Items = context.Recommendation.Data.LoadItems(folder);
        options.ValidationData = split.Validation;
        options.Seed = context.Seed;
        options.Device = context.Device;
        ITransformer model = ProgressDisplay.Run(progress =>
        {
            options.Progress = progress;
            return context.Recommendation.Transforms.BuildSequences()
                .Append(context.Recommendation.Trainers.SequentialTransformer(options))
                .Fit(train);
        });
        DataViewSchema histories = context.Recommendation.Transforms.BuildSequences().Fit(train).GetOutputSchema(train.Schema);
        ModelFile.Save(context.Ml, model, histories, path);
        if (options.CheckpointFolder is not null && Directory.Exists(options.CheckpointFolder))
            Directory.Delete(options.CheckpointFolder, recursive: true);
        return SequentialRecommendationCatalog.FindModel(model).Training;
    }

    public static object Describe(Context context, TrainingSummary summary, string path)
    {
        context.Say($"{path}: epoch {summary.BestEpoch} of {summary.Epochs}, validation NDCG@10 {summary.ValidationNdcg:f4} (unseen items), {summary.Seconds:f0} s on {summary.Device} at {summary.TargetsPerSecond:n0} targets/s; ended: {summary.Ended}");
        return new
        {
            model = path,
            summary.Epochs,
            summary.BestEpoch,
            validation = new Dictionary<string, double?> { ["ndcg@10"] = summary.ValidationNdcg },
            summary.Ended,
            summary.Parameters,
            summary.TargetsPerEpoch,
            targetsPerSecond = Math.Round(summary.TargetsPerSecond),
            summary.Device,
            seconds = Math.Round(summary.Seconds, 3),
            history = summary.History.Select(epoch => new { epoch.Epoch, epoch.Loss, ndcg = epoch.ValidationNdcg, epoch.TrainSeconds, epoch.ValidationSeconds, epoch.Seconds }),
        };
    }
}
