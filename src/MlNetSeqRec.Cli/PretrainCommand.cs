using System.CommandLine;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec pretrain: several data sets to one model, from which finetune goes on.</summary>
internal static class PretrainCommand
{
    public static Command Make()
    {
        var defaults = new PreTrainingOptions();
        Option<string[]> data = DomainFolders.Option();
        var output = new Option<string>("--out") { Description = "The model to write, model.zip", Required = true };
        Option<string> items = TrainingArguments.Items("by default text, which is what carries over to other domains");
        var exponent = new Option<double>("--domain-exponent")
        {
            Description = "A domain's share of the batches is as its size to this power: 1 passes through each once an epoch, 0 gives all as much",
            DefaultValueFactory = _ => defaults.DomainExponent,
        };
        var from = new Option<string>("--negatives-from") { Description = "Which items a target competes with in the loss: those of its own domain, or of all", DefaultValueFactory = _ => "domain" };
        from.AcceptOnlyFromAmong("domain", "all");
        var recipe = new RecipeArguments();
        var size = new SizeArguments();
        var training = new TrainingArguments(defaults.Training.LearningRate);

        return CommonOptions.Command("pretrain", "Train one model on several data sets, each a domain with items of its own", (parsed, context, cancellation) =>
        {
            string path = parsed.GetValue(output)!;
            TrainingOutput.Begin(context, path);
            var options = new PreTrainingOptions { DomainExponent = parsed.GetValue(exponent), NegativesFromAllDomains = parsed.GetValue(from) == "all" };
            options.Training.ItemEncoding = parsed.GetValue(items) is { } wanted ? TrainingArguments.Parse(wanted) : defaults.Training.ItemEncoding;
            recipe.Apply(parsed, options.Training);
            size.Apply(parsed, options.Training);
            training.Apply(parsed, path, options.Training, cancellation);
            PreTrainingDomain[] domains = DomainFolders.Read(context, parsed.GetValue(data)!, training.Share(parsed));
            return TrainingOutput.Describe(
                context, TrainingOutput.Run(context, path, options.Training, domains[0].Train, _ => context.Recommendation.Trainers.PreTrain(domains, options)), path);
        }, [data, output, items, exponent, from, .. recipe.Options, .. size.Options, .. training.Options]);
    }
}
