using System.Diagnostics;
using Microsoft.ML;

namespace MlNetSeqRec.Experiments;

/// <summary>
/// Automated evaluation: ranks simple rules and trained candidates on validation data within a time, and gives the best. It is
/// shaped like ML.NET's AutoML, which knows no ranking over sequences.
/// </summary>
/// <remarks>
/// A fifth of the time goes to short probes of the candidates by successive halving, decided by validation NDCG@10 among unseen
/// items after equal training time; the best then has the rest, from where its probe stopped. See docs/auto.md.
/// </remarks>
public sealed class SequentialExperiment
{
    private readonly SequentialRecommendationCatalog _recommendation;
    private readonly SequentialExperimentSettings _settings;

    internal SequentialExperiment(SequentialRecommendationCatalog recommendation, SequentialExperimentSettings settings)
    {
        (_recommendation, _settings) = (recommendation, settings);
        if (settings.MaxExperimentTimeInSeconds == 0)
            throw new ArgumentOutOfRangeException(nameof(settings), 0, "MaxExperimentTimeInSeconds must be at least 1");
        if (settings.Candidates is { } given && given.GroupBy(candidate => candidate.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"There are {twice.Count()} candidates with the name '{twice.Key}': names must differ", nameof(settings));
        if (settings.PretrainedModel is null && settings.Candidates?.FirstOrDefault(candidate => candidate.FineTuning is not null) is { } tuned)
            throw new ArgumentException($"Candidate '{tuned.Name}' is fine-tuned, and there is no PretrainedModel", nameof(settings));
        if (settings.PretrainedModel is { } model)
            recommendation.Trainers.FineTune(model, new FineTuningOptions()); // refuses one that cannot be tuned, before hours of other things
    }

    /// <summary>Looks for the best run. Rules are always ranked; candidates are trained while there is time.</summary>
    /// <param name="train">Interactions: UserId, ItemId and, unless the rows are in order, Timestamp, as <see cref="SequenceSplit.Train"/>.</param>
    /// <param name="validation">Histories and targets to choose by, as <see cref="SequenceSplit.Validation"/>.</param>
    /// <param name="progressHandler">Told of each run that is finished or failed.</param>
    /// <exception cref="InvalidDataException">There is nothing that runs could be compared by: one user, no validation target, or only ones that nothing can rank; or the cache directory is of another experiment.</exception>
    /// <exception cref="IOException">Another experiment uses the cache directory.</exception>
    /// <exception cref="OperationCanceledException">The token of the settings asked to stop.</exception>
    public SequentialExperimentResult Execute(IDataView train, IDataView validation, IProgress<SequentialRunDetail>? progressHandler = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        var clock = Stopwatch.StartNew();
        ExperimentData data = ExperimentData.Read(_recommendation, _settings, train, validation);
        IReadOnlyList<SequentialCandidate> candidates = _settings.Candidates ?? CandidateRecipes.For(data.Domain, _settings.PretrainedModel is not null);
        using var cache = new ExperimentCache(_settings.CacheDirectory, $"{data.Fingerprint}, seed {_settings.Seed}, candidates {string.Join("; ", candidates.Select(candidate => candidate.Name))}", clock);
        double limit = _settings.MaxExperimentTimeInSeconds;
        var reserve = new TimeReserve(limit, _settings.TestData is not null);
        var runs = new ExperimentRuns(_settings, data, reserve, progressHandler);
        runs.AddRules();
        var training = new CandidateTraining(_recommendation, _settings, data, cache);
        new CandidateSearch(candidates, training, cache, reserve, limit).Run(runs.Add);
        runs.AddReranked(new SecondStage(_recommendation, _settings, data, train), limit - cache.Seconds - reserve.TestSeconds);
        runs.AddOthers(candidates, cache.Records);
        runs.Test(limit - cache.Seconds);
        cache.Write();
        return runs.Result(cache.Seconds);
    }
}
