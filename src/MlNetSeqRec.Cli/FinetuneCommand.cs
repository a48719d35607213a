using System.CommandLine;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec finetune: a pre-trained model to another data set.</summary>
internal static class FinetuneCommand
{
    public static Command Make()
    {
        var defaults = new FineTuningOptions();
        var model = new Option<string>("--model") { Description = "A pre-trained model.zip of text", Required = true };
        var data = new Option<string>("--data") { Description = "Folder that prepare wrote, or one with interactions.tsv.gz and items.tsv.gz", Required = true };
        var output = new Option<string>("--out") { Description = "The model to write, model.zip", Required = true };
        var strategy = new Option<string>("--strategy") { Description = "What is trained: full, embeddings, progressive, or none to score the new items with the network as it is", DefaultValueFactory = _ => "full" };
        strategy.AcceptOnlyFromAmong("full", "embeddings", "progressive", "none");
        Option<string> items = TrainingArguments.Items("by default as the pre-trained model");
        var ewc = new Option<double>("--ewc") { Description = "Strength of elastic weight consolidation; 0 for none" };
        var fisher = new Option<string>("--fisher") { Description = "What seqrec fisher wrote; by default MODEL.fisher" };
        var layers = new Option<int?>("--unfreeze-layers") { Description = "progressive: how many blocks are unfrozen one at a time before everything; by default all" };
        var perLayer = new Option<int>("--epochs-per-layer") { Description = "progressive: epochs for each", DefaultValueFactory = _ => defaults.EpochsPerLayer };
        var decay = new Option<double>("--layer-decay") { Description = "What the learning rate is multiplied by for each block further from the output", DefaultValueFactory = _ => defaults.LayerDecay };
        var transfer = new Option<string>("--transfer") { Description = "What comes from the pre-trained model: all, or items for what makes item vectors, with a new transformer", DefaultValueFactory = _ => "all" };
        transfer.AcceptOnlyFromAmong("all", "items");
        var keepScale = new Option<bool>("--keep-scale") { Description = "Do not scale the network to the lengths of a new one first" };
        var pieces = new Option<int>("--new-pieces") { Description = "Most words of the data set that become tokens of their own where the model's vocabulary splits them", DefaultValueFactory = _ => defaults.NewPieces };
        var width = new Option<int?>("--width") { Description = "Refuse a model of another width" };
        var training = new TrainingArguments(defaults.Training.LearningRate);

        return CommonOptions.Command("finetune", "Train a pre-trained model further on another data set", (parsed, context, cancellation) =>
        {
            string path = parsed.GetValue(output)!, pretrainedPath = parsed.GetValue(model)!, folder = parsed.GetValue(data)!;
            TrainingOutput.Begin(context, path);
            (_, SequentialRecommendationTransformer pretrained) = ModelFile.Load(context.Ml, pretrainedPath);
            var options = new FineTuningOptions
            {
                Strategy = Enum.Parse<FineTuningStrategy>(parsed.GetValue(strategy)!, ignoreCase: true),
                UnfreezeLayers = parsed.GetValue(layers),
                EpochsPerLayer = parsed.GetValue(perLayer),
                LayerDecay = parsed.GetValue(decay),
                ElasticWeightConsolidation = parsed.GetValue(ewc),
                NewTransformer = parsed.GetValue(transfer) == "items",
                Rescale = !parsed.GetValue(keepScale),
                NewPieces = parsed.GetValue(pieces),
            };
            if (options.ElasticWeightConsolidation > 0 || parsed.GetValue(fisher) is not null)
                options.Fisher = FisherInformation.Load(parsed.GetValue(fisher) ?? pretrainedPath + FisherCommand.Ending);
            options.Training.ItemEncoding = TrainingArguments.Parse(parsed.GetValue(items));
            options.Training.Width = parsed.GetValue(width) ?? options.Training.Width;
            training.Apply(parsed, path, options.Training, cancellation);
            SequenceSplit split = TrainingArguments.Split(context, folder, training.Share(parsed));
            options.Training.Items = context.Recommendation.Data.LoadItems(folder);
            options.Training.ValidationData = split.Validation;
            return TrainingOutput.Describe(
                context, TrainingOutput.Run(context, path, options.Training, split.Train, context.Recommendation.Trainers.FineTune(pretrained, options).Fit), path);
        }, [model, data, output, strategy, items, ewc, fisher, layers, perLayer, decay, transfer, keepScale, pieces, width, .. training.Options]);
    }
}
