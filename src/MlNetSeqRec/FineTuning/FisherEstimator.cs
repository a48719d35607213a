using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Estimates <see cref="FisherInformation"/>: for one history at a time the gradient of its log-likelihood (the sum over its
/// targets, each against its domain's catalogue), squared and added up, and divided by the targets that were really used; in
/// evaluation mode, without dropout. Squares of a batch's mean gradient would be smaller by about the batch's size.
/// </summary>
internal static class FisherEstimator
{
    public static FisherInformation Estimate(SequentialRecommendationTransformer transformer, IReadOnlyList<PreTrainingDomain> domains, int examples, int seed)
    {
        ArgumentNullException.ThrowIfNull(domains);
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        TrainedModel model = transformer.Model;
        if (model.Network.Shape.Encoding != ItemEncoding.Text)
            throw new ArgumentException($"Fisher information is estimated for models of text alone, and this one makes item vectors by {model.Network.Shape.Encoding}");
        if (domains.Count == 0)
            throw new ArgumentException("There is no domain to estimate from", nameof(domains));
        return TrainingRun.Alone(() => Sum(model, [.. domains.Select(domain => domain.Read(transformer.Columns.History, transformer.Columns.Target))], examples, seed));
    }

    private static FisherInformation Sum(TrainedModel model, TrainingDomain[] domains, int examples, int seed)
    {
        Dictionary<string, Tensor> sums = [];
        long targets = 0;
        int used = 0;
        foreach (TrainingDomain domain in domains)
        {
            domain.Choose(ItemEncoding.Text);
            (int own, long ownTargets) = Add(model, domain, (examples + domains.Length - 1) / domains.Length, seed, sums);
            (used, targets) = (used + own, targets + ownTargets);
        }

        if (used == 0)
            throw new InvalidDataException("There is nothing to estimate from: no history has two items");
        var diagonals = sums.ToDictionary(pair => pair.Key, pair => new FisherInformation.Diagonal((int)pair.Value.shape[0], (pair.Value / targets).Values<float>()), StringComparer.Ordinal);
        foreach (Tensor sum in sums.Values)
            sum.Dispose();
        return new FisherInformation(diagonals, FisherInformation.IdentityOf(model.Network), used, targets);
    }

    private static (int Used, long Targets) Add(TrainedModel model, TrainingDomain domain, int examples, int seed, Dictionary<string, Tensor> sums)
    {
        using var network = new SequentialNetwork(model.Network.Shape with { Items = domain.Catalogue.Count, Dropout = 0, TokenDropout = 0 });
        network.to(model.Device);
        WeightTransfer.Copy(model.Network, network);
        network.eval();

        ItemTokens text = model.Tokenizer!.Tokenize(domain.Catalogue);
        var options = new SequentialTransformerOptions { Seed = seed };
        int drawn = SoftmaxLosses.Negatives(options, domain.Catalogue.Count, model.Device);
        int[] popularity = domain.Popularity;
        StepNegatives? negatives = drawn == 0 ? null
            : new StepNegatives(new NegativeSource(NegativeSampler.Make(options, popularity), options.RandomShare, popularity.Length), drawn, popularity.Length, seed);
        using ISoftmaxLoss loss = SoftmaxLosses.Make(negatives is null ? null : options.LogQ, popularity.Length, model.Device);
        using var step = new TrainingStep(network, negatives is null ? text : null, loss, options, false, model.Device);

        BatchPlan plan = BatchPlan.Make(domain.Histories, network.Shape.MaximumLength, positionsPerBatch: 1);
        var data = new StepData();
        long targets = 0;
        int used = 0;
        foreach (Batch single in plan.Epoch(new Random(seed)).Take(examples))
        {
            using DisposeScope scope = NewDisposeScope();
            data.Fill(domain.Histories, single.Windows, RankShare.Whole, used++, 1, negatives, negatives is null ? null : text);
            (List<Tensor> gradients, _, _) = step.Gradients(data);
            targets += data.Targets;
            for (int i = 0; i < step.Names.Count; i++)
            {
                if (!sums.TryGetValue(step.Names[i], out Tensor? sum))
                    sums[step.Names[i]] = sum = zeros_like(gradients[i], requires_grad: false).DetachFromDisposeScope();
                using (no_grad())
                    sum.addcmul_(gradients[i], gradients[i], (double)data.Targets * data.Targets); // gradients are of the mean over the history
            }
        }

        return (used, targets);
    }
}
