using Microsoft.ML;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Trains one network on several domains: one vocabulary, batches of one domain each, losses and validation within a domain's own
/// catalogue. The model that comes out knows all items, those of a domain in one run.
/// </summary>
internal static class PreTrainer
{
    public static SequentialRecommendationTransformer Train(MLContext context, IReadOnlyList<PreTrainingDomain> domains, PreTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(domains);
        options.Check();
        if (options.Training.Members > 1)
            throw new ArgumentException($"Pre-training is of one network, and {options.Training.Members} members were asked for");
        if (domains.Count == 0)
            throw new ArgumentException("There is no domain to train on", nameof(domains));
        if (domains.GroupBy(domain => domain.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"There are {twice.Count()} domains with the name '{twice.Key}': names must differ", nameof(domains));
        return TrainingRun.Alone(() => Run(context, domains, options));
    }

    private static SequentialRecommendationTransformer Run(MLContext context, IReadOnlyList<PreTrainingDomain> domains, PreTrainingOptions options)
    {
        SequentialTransformerOptions training = options.Training;
        Device device = TrainingDevice.Prepare(training, context);
        TrainingDomain[] read = [.. domains.Select(domain => domain.Read(training.HistoryColumn, training.TargetColumn))];
        ItemEncoding encoding = Choose(read, training.ItemEncoding);
        ItemCatalogue catalogue = Join(read);
        ItemTokenizer? tokenizer = encoding == ItemEncoding.Id ? null : training.Tokenizer ?? ItemTokenizer.Train(catalogue, training.VocabularySize);
        SequentialNetwork network = NewNetwork.Make(training, encoding, catalogue.Count, tokenizer, read.Max(domain => domain.Dropout), device);
        if (training.LexicalStart && tokenizer is not null)
            LexicalStart.Apply(network, [.. read.Select(domain => domain.Tokens(tokenizer)!)]);
        var run = new TrainingRun(read, tokenizer, training, new DomainMixing(options.DomainExponent, options.NegativesFromAllDomains), device);
        TrainingSummary summary = run.Run(network);
        var model = new TrainedModel(network, catalogue, tokenizer, [.. run.Popularity.SelectMany(counts => counts)], summary, device);
        return new SequentialRecommendationTransformer(model, RecommendationColumns.From(training), new RankingOptions { Count = training.RecommendationCount });
    }

    private static ItemEncoding Choose(TrainingDomain[] domains, ItemEncoding wanted)
    {
        ItemEncoding[] chosen = [.. domains.Select(domain => domain.Choose(wanted))];
        return chosen.Distinct().Count() == 1 ? chosen[0]
            : throw new InvalidDataException($"Domain '{domains[Array.IndexOf(chosen, ItemEncoding.Id)].Name}' has no text and others have: leave it out, or use ItemEncoding.Id");
    }

    // Ids are a domain's own: the same id may be two items.
    private static ItemCatalogue Join(TrainingDomain[] domains) => domains.Length == 1 ? domains[0].Catalogue
        : new ItemCatalogue(
            domains.SelectMany(domain => domain.Catalogue.Items().Select(item => ($"{domain.Name}/{item.Id}", item.Text))), domains.Sum(domain => domain.Catalogue.Count));
}
