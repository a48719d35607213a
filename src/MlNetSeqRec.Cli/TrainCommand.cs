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
        Option<string> items = TrainingArguments.Items("by default text where items have it and fewer than 100 events on average, else id+text, or id without text");
        var recipe = new RecipeArguments();
        var size = new SizeArguments();
        var training = new TrainingArguments(defaults.LearningRate);
        Option<double> cold = ColdItemOption.Make();
        var validation = new Option<string?>("--validation") { Description = "Folder with the histories of other users to validate on; then all events of --data are trained on" };
        var record = new RunRecording();

        return CommonOptions.Command("train", "Train a model and keep the epoch with the best validation NDCG@10; with several processes, as mpirun starts them, each trains on its share of every step", (parsed, context, cancellation) =>
        {
            string path = parsed.GetValue(output)!;
            TrainingOutput.Begin(context, path);
            SequentialTransformerOptions options = recipe.Preset(parsed);
            parsed.IfGiven(items, value => options.ItemEncoding = TrainingArguments.Parse(value));
            recipe.Apply(parsed, options);
            size.Apply(parsed, options);
            training.Apply(parsed, path, options, cancellation);
            string folder = parsed.GetValue(data)!;
            DateTimeOffset started = DateTimeOffset.UtcNow;
            TrainingSummary summary = Run(context, folder, path, options, training.Share(parsed), parsed.GetValue(validation), parsed.GetValue(cold));
            if (context.IsFirstRank)
                record.Append(parsed, context, summary, options, folder, parsed.GetValue(validation), started);
            return TrainingOutput.Describe(context, summary, path);
        }, [data, output, items, .. recipe.Options, .. size.Options, .. training.Options, cold, validation, .. record.Options]);
    }

    /// <summary>
    /// Trains on a folder's training part, chooses by its validation part, and saves the chain. With other users to validate on,
    /// trains on all of the folder, and chooses by those users' validation part.
    /// </summary>
    public static TrainingSummary Run(
        Context context, string folder, string path, SequentialTransformerOptions options, double usersShare = 1, string? validation = null, double coldItems = 0)
    {
        SequenceSplit split = TrainingArguments.Split(context, validation ?? folder, usersShare, coldItems);
        IDataView train = validation is null ? split.Train : context.Recommendation.Data.LoadInteractions(folder);
        options.Items = context.Recommendation.Data.WithoutColdItems(context.Recommendation.Data.LoadItems(folder), coldItems);
        options.Tokenizer = coldItems == 0 ? context.Recommendation.Data.LoadTokenizer(folder) : null; // the words of cold items are unknown
        options.ValidationData = split.Validation;
        return TrainingOutput.Run(context, path, options, train, context.Recommendation.Trainers.SequentialTransformer(options).Fit);
    }
}
