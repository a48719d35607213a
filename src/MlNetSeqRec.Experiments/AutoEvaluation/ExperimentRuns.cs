using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Experiments;

/// <summary>The runs of an experiment with their figures, as they come about.</summary>
internal sealed class ExperimentRuns(SequentialExperimentSettings settings, ExperimentData data, TimeReserve reserve, IProgress<SequentialRunDetail>? progress)
{
    private static readonly (SequentialBaseline Rule, string Name)[] _rules =
        [(SequentialBaseline.Popularity, "popularity"), (SequentialBaseline.ItemToItem, "item-to-item"), (SequentialBaseline.Markov, "Markov")];

    private readonly Dictionary<string, SequentialRunDetail> _runs = [];
    private readonly List<string> _notes = [.. data.Notes];

    private IEnumerable<SequentialRunDetail> ByFigure => _runs.Values
        .OrderBy(run => run.Status)
        .ThenByDescending(run => run.Figure ?? run.BestEpochNdcg ?? 0);

    /// <summary>Ranks the rules.</summary>
    public void AddRules()
    {
        double seconds = 0;
        foreach ((SequentialBaseline rule, string name) in _rules)
        {
            var clock = Stopwatch.StartNew();
            SequentialRankingMetrics metrics = Measure(rule, data.Domain.Validation!);
            seconds += clock.Elapsed.TotalSeconds;
            Set(new SequentialRunDetail
            {
                TrainerName = name,
                Status = SequentialRunStatus.Finished,
                IsBaseline = true,
                Figure = settings.OptimizingMetric.Of(metrics),
                ValidationMetrics = metrics,
                RuntimeInSeconds = clock.Elapsed.TotalSeconds,
            });
        }

        reserve.AddRules(seconds, _rules.Length);
    }

    /// <summary>Evaluates a model that was finished, and gives its figure.</summary>
    public double Add(CandidateRecord record, SequentialRecommendationTransformer model)
    {
        var clock = Stopwatch.StartNew();
        SequentialRankingMetrics metrics = Measure(model, data.Domain.Validation!);
        reserve.AddEvaluation(clock.Elapsed.TotalSeconds, record.Members);
        double figure = settings.OptimizingMetric.Of(metrics);
        Set(Describe(record, SequentialRunStatus.Finished) with
        {
            Figure = figure,
            ValidationMetrics = metrics,
            Model = new TransformerChain<ITransformer>(data.Histories, model),
            RuntimeInSeconds = record.Cost + clock.Elapsed.TotalSeconds,
        });
        return figure;
    }

    /// <summary>Tries a second stage on the best model, where there is time for it.</summary>
    /// <param name="stage">Trains it.</param>
    /// <param name="left">Seconds that are left.</param>
    public void AddReranked(SecondStage stage, double left)
    {
        if (ByFigure.FirstOrDefault(run => run.Model is not null) is not { } best || !stage.IsPossible)
            return;
        string name = $"{best.TrainerName}, re-ranked";
        if (left < reserve.SecondStageSeconds - reserve.Slack)
        {
            Set(new SequentialRunDetail { TrainerName = name, Status = SequentialRunStatus.NotTried });
            return;
        }

        var clock = Stopwatch.StartNew();
        SequentialRecommendationTransformer model = SequentialRecommendationCatalog.FindModel(best.Model!);
        try
        {
            (RerankingTransformer reranker, SequentialRankingMetrics with, SequentialRankingMetrics without) = stage.Train(model);
            double added = settings.OptimizingMetric.Of(with) - settings.OptimizingMetric.Of(without);
            Set(new SequentialRunDetail
            {
                TrainerName = name,
                Status = SequentialRunStatus.Finished,
                Figure = best.Figure + added,
                ValidationMetrics = with,
                Model = new TransformerChain<ITransformer>(data.Histories, model, reranker),
                RuntimeInSeconds = clock.Elapsed.TotalSeconds,
            });
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {settings.OptimizingMetric.Name()} {settings.OptimizingMetric.Of(with):f4}, without trees {settings.OptimizingMetric.Of(without):f4}, on {with.UserCount} validation users that the trees have not seen"));
        }
        catch (InvalidDataException e)
        {
            Set(new SequentialRunDetail { TrainerName = name, Status = SequentialRunStatus.Failed, Exception = e, RuntimeInSeconds = clock.Elapsed.TotalSeconds });
        }
    }

    /// <summary>Adds what was not finished.</summary>
    public void AddOthers(IReadOnlyList<SequentialCandidate> candidates, IReadOnlyList<CandidateRecord> records)
    {
        foreach (CandidateRecord record in records.Where(record => !_runs.ContainsKey(record.Name)))
        {
            SequentialRunStatus status = record.Error is not null ? SequentialRunStatus.Failed : record.IsStarted ? SequentialRunStatus.Stopped : SequentialRunStatus.NotTried;
            Set(Describe(record, status) with { Exception = record.Error is null ? null : new InvalidOperationException(record.Error) });
        }

        foreach (SequentialCandidate candidate in candidates.Where(candidate => !_runs.ContainsKey(candidate.Name)))
            Set(new SequentialRunDetail { TrainerName = candidate.Name, Status = SequentialRunStatus.NotTried });
        foreach (SequentialRunDetail failed in _runs.Values.Where(run => run.Exception is not null))
            _notes.Add($"{failed.TrainerName} failed: {failed.Exception!.Message}");
        if (_runs.Values.All(run => run.Model is null))
            _notes.Add($"no model was trained: {(_runs.Values.Any(run => run.Status == SequentialRunStatus.Failed) ? "what was tried failed" : $"{settings.MaxExperimentTimeInSeconds} s are too short for one")}; the rules are ranked");
        else if (ByFigure.First() is { IsBaseline: true } rule)
            _notes.Add($"{rule.TrainerName}, which needs no training, ranks better than the models: they may need more time, or more data");
    }

    /// <summary>Measures the rules and the best model on the test data, where there are any and there is time.</summary>
    /// <param name="left">Seconds that are left.</param>
    public void Test(double left)
    {
        if (settings.TestData is null)
            return;
        if (left < reserve.TestSeconds - reserve.Slack)
        {
            _notes.Add("no time was left to measure on the test data");
            return;
        }

        var columns = new SequentialTransformerOptions();
        EncodedHistories test = EncodedHistories.Read(settings.TestData, columns.HistoryColumn, columns.TargetColumn, id => data.Domain.Catalogue.IndexOf(id.Span));
        foreach ((SequentialBaseline rule, string name) in _rules)
            _runs[name] = _runs[name] with { TestMetrics = Measure(rule, test) };
        if (ByFigure.FirstOrDefault(run => run.Model is not null) is { } best)
            _runs[best.TrainerName] = best with { TestMetrics = Measure(SequentialRecommendationCatalog.FindScorer(best.Model!), test) };
    }

    public SequentialExperimentResult Result(double seconds)
    {
        SequentialRunDetail[] runs = [.. ByFigure];
        return new SequentialExperimentResult
        {
            BestRun = runs[0],
            BestModelRun = runs.FirstOrDefault(run => run.Model is not null),
            RunDetails = runs,
            OptimizingMetric = settings.OptimizingMetric,
            Notes = _notes,
            Seconds = seconds,
        };
    }

    private static SequentialRunDetail Describe(CandidateRecord record, SequentialRunStatus status) => new()
    {
        TrainerName = record.Name,
        Status = status,
        BestEpochNdcg = record.BestNdcg,
        Epochs = record.Epochs,
        RuntimeInSeconds = record.Cost,
    };

    private void Set(SequentialRunDetail run)
    {
        _runs[run.TrainerName] = run;
        if (run.Status is SequentialRunStatus.Finished or SequentialRunStatus.Failed)
            progress?.Report(run);
    }

    private SequentialRankingMetrics Measure(SequentialBaseline rule, EncodedHistories held) =>
        BaselineEvaluation.Evaluate(rule, data.Domain.Histories, held, data.Domain.Popularity, MetricValues.K, new RankingProtocol(null, settings.Seed), settings.CancellationToken);

    // The catalogue of a model that was trained here is that of the data.
    private SequentialRankingMetrics Measure(ICatalogueScorer model, EncodedHistories held) =>
        ModelEvaluation.Evaluate(model, held, MetricValues.K, new RankingProtocol(null, settings.Seed), settings.CancellationToken);
}
