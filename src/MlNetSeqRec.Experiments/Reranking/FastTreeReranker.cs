using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Experiments;

/// <summary>
/// Trains the second stage of a ranking: the model before it in the chain gives candidates, and LambdaMART
/// (<c>mlContext.Ranking.Trainers.FastTree</c>) learns to order them from their scores and ranks, how often they occurred and how
/// recently, what came after and near the history's items, how their vectors, words, categories and brands match it, and prices.
/// </summary>
/// <remarks>
/// | Column | In or out | Type |
/// |---|---|---|
/// | RecommendedItems, Score and the others of the model | in and out | as the model gives them; re-ranked |
/// | History | in | vector of text, or of keys; the model's column |
///
/// All counts are of the histories that the chain is fitted on. The trees learn from the validation data, of which the model has not
/// seen the targets; a part of its users chooses how many trees are kept, by NDCG@10. That the model's own epoch was
/// chosen by the same data makes its scores there a little too good; test data is not touched. Where fewer than one target in a hundred
/// is an item of the history itself, these items are no candidates and stay behind them, and NDCG@10 is among unseen items; else among all.
/// </remarks>
public sealed class FastTreeReranker : IEstimator<RerankingTransformer>
{
    private const string Step = "the re-ranker";
    private const double ManyRepeats = 0.01; // of all targets

    private readonly MLContext _context;
    private readonly FastTreeRerankerOptions _options;

    internal FastTreeReranker(MLContext context, FastTreeRerankerOptions options)
    {
        options.Check();
        (_context, _options) = (context, options);
    }

    /// <summary>Counts on the input's histories, makes candidates for the validation data's and trains.</summary>
    /// <param name="input">What the model before made of the training part.</param>
    /// <exception cref="ArgumentException">No model comes before, or one that recommends more items than are re-ranked.</exception>
    /// <exception cref="InvalidDataException">There is nothing to learn from: no validation users, or none whose target is a candidate.</exception>
    public RerankingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var clock = Stopwatch.StartNew();
        SequentialRecommendationTransformer model = ModelAnnotation.Require(input.Schema, Step);
        EncodedHistories training = EncodedHistories.Read(input, model.Columns.History, null, model.Catalogue.IndexOf);
        ItemStatistics statistics = ItemStatistics.Count(model.Catalogue, training, ItemFacts.Times(_options.Interactions, model.Catalogue), ItemFacts.Prices(_options.Items, model.Catalogue));
        new RerankingTransformer([], statistics, _options.CandidateCount, false, new RerankingSummary(0, 0, 0, 0, 0, 0, 0, 0)).Over(model); // checks that they fit together

        EncodedHistories validation = EncodedHistories.Read(_options.ValidationData!, model.Columns.History, model.Columns.Target, model.Catalogue.IndexOf);
        if (validation.Count < 2)
            throw new InvalidDataException($"ValidationData has {validation.Count} users with a target; at least 2 are needed, to learn from and to choose by");
        bool ranksHistory = Enumerable.Range(0, validation.Count).Count(row => validation.Of(row).Contains(validation.Targets![row])) >= ManyRepeats * validation.Count;
        (int[] learners, int[] choosers) = Part(validation.Count);
        var features = new CandidateFeatures(model, statistics);
        CandidateGroups learning = Groups(learners), choosing = Groups(choosers);
        if (learning.Groups.Count == 0)
            throw new InvalidDataException($"There is nothing to learn from: of the targets of {learning.Users} users in ValidationData none is among the model's {_options.CandidateCount} best items");
        (List<RegressionTree> trees, float[] gains) = TreeTraining.Train(_context, learning, _options);
        (int kept, double before, double after) = TreeChoice.Choose(trees, choosing);
        var summary = new RerankingSummary(
            learning.Users, learning.Groups.Count, choosing.Users, kept, before, after, choosing.Groups.Count / (double)Math.Max(1, choosing.Users), clock.Elapsed.TotalSeconds)
        {
            FeatureGains = [.. CandidateFeatures.Names.Zip(gains, (name, gain) => KeyValuePair.Create(name, gain / Math.Max(double.Epsilon, gains.Sum()))).OrderByDescending(pair => pair.Value)],
        };
        return new RerankingTransformer(trees.Take(kept), statistics, _options.CandidateCount, ranksHistory, summary);

        CandidateGroups Groups(int[] rows) => CandidateGroups.Make(model, features, validation, rows, _options.CandidateCount, ranksHistory);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ModelAnnotation.Require(inputSchema, Step);
        return inputSchema;
    }

    // The validation users in two parts: to learn from and to choose by.
    private (int[] Learners, int[] Choosers) Part(int users)
    {
        int[] order = [.. Enumerable.Range(0, users)];
        new Random(_options.Seed).Shuffle(order);
        int choosers = Math.Clamp((int)Math.Round(_options.ChoosingShare * users), 1, users - 1);
        return (order[choosers..], order[..choosers]);
    }
}
