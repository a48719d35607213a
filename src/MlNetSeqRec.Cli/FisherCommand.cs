using System.CommandLine;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec fisher: what elastic weight consolidation needs to know of the pre-training data.</summary>
internal static class FisherCommand
{
    /// <summary>Added to the model's file name.</summary>
    public const string Ending = ".fisher";

    public static Command Make()
    {
        var model = new Option<string>("--model") { Description = "The pre-trained model.zip", Required = true };
        Option<string[]> data = DomainFolders.Option();
        var output = new Option<string>("--out") { Description = "The file to write; by default MODEL.fisher, where finetune --ewc looks for it" };
        var examples = new Option<int>("--examples") { Description = "Histories that are looked at, as many from each domain", DefaultValueFactory = _ => 2000 };

        return CommonOptions.Command("fisher", "Estimate how much each weight of a pre-trained model matters on its data, for finetune --ewc", (parsed, context, cancellation) =>
        {
            string path = parsed.GetValue(output) ?? parsed.GetValue(model)! + Ending;
            ModelFile.CheckWritable(path);
            (_, SequentialRecommendationTransformer pretrained) = ModelFile.Load(context.Ml, parsed.GetValue(model)!);
            PreTrainingDomain[] domains = DomainFolders.Read(context, parsed.GetValue(data)!);
            cancellation.ThrowIfCancellationRequested();
            FisherInformation fisher = context.Recommendation.Trainers.EstimateFisher(pretrained, domains, parsed.GetValue(examples), context.Seed);
            fisher.Save(path);
            context.Say($"{path}: from {fisher.Examples:n0} histories with {fisher.Targets:n0} targets");
            return new { file = path, fisher.Examples, fisher.Targets };
        }, model, data, output, examples);
    }
}
