using System.Globalization;
using Microsoft.ML;
using MlNetSeqRec.Experiments.Reports;

namespace MlNetSeqRec.Experiments;

/// <summary>What the report of an experiment shows.</summary>
public static class ExperimentContent
{
    private const string Title = "What ranks best what comes next";

    /// <summary>Puts the report's content together.</summary>
    /// <param name="context">The context.</param>
    /// <param name="result">What the experiment found.</param>
    /// <param name="interactions">All events of the data: UserId, ItemId, Timestamp.</param>
    /// <param name="held">Histories and targets from which shoppers are drawn; with columns UserId, History, Target.</param>
    /// <param name="shoppers">Shoppers to embed; 0 for none.</param>
    /// <param name="seed">The seed by which they are drawn.</param>
    /// <param name="facts">What else there is to know, such as the data's name.</param>
    public static ReportContent Make(
        MLContext context, SequentialExperimentResult result, IDataView interactions, IDataView held, int shoppers = 100, int seed = 1, IEnumerable<ReportFact>? facts = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentOutOfRangeException.ThrowIfNegative(shoppers);
        ITransformer? model = result.BestModelRun?.Model;
        return new ReportContent
        {
            Title = Title,
            Summary = string.Join(" ", result.Notes.Select(note => $"{char.ToUpperInvariant(note[0])}{note[1..]}.")) is { Length: > 0 } notes ? notes : null,
            Facts =
            [
                .. facts ?? [],
                new ReportFact("Chosen by", $"{result.OptimizingMetric.Name()} on the validation data"),
                new ReportFact("Time", string.Create(CultureInfo.InvariantCulture, $"{result.Seconds:f0} s")),
                new ReportFact("Seed", seed.ToString(CultureInfo.InvariantCulture)),
            ],
            Leaderboard = [.. result.RunDetails.Select(run => Row(run, run == result.BestRun))],
            Data = DataProfile.Of(interactions),
            Curves = [.. result.RunDetails.Where(run => run.Epochs.Count > 0).Select(run => new TrainingCurve(run.TrainerName, run.Epochs, run.Epochs.MaxBy(epoch => epoch.ValidationNdcg)!.Epoch))],
            Shoppers = model is null || shoppers == 0 ? [] : ShopperSample.Take(context, model, held, SequentialRecommendationCatalog.FindModel(model).Catalogue, shoppers, seed),
            ShoppersModel = result.BestModelRun?.TrainerName,
        };
    }

    private static LeaderboardRow Row(SequentialRunDetail run, bool isBest)
    {
        LeaderboardRow row = run.TestMetrics is { } test ? LeaderboardRow.Of(run.TrainerName, test) : new LeaderboardRow { Name = run.TrainerName };
        return row with
        {
            IsBaseline = run.IsBaseline,
            IsBest = isBest,
            Status = run.Status switch
            {
                SequentialRunStatus.Finished => run.IsBaseline ? null : "finished",
                SequentialRunStatus.Stopped => $"stopped after {run.Epochs.Count} {(run.Epochs.Count == 1 ? "epoch" : "epochs")}: others looked better",
                SequentialRunStatus.NotTried => "not tried: no time",
                _ => $"failed: {run.Exception?.Message}",
            },
            Validation = run.ValidationMetrics is { } metrics ? ReportFigures.Of(metrics.Unseen)
                : run.BestEpochNdcg is { } ndcg ? new ReportFigures { Ndcg = new ReportFigure(ndcg) } : null,
            Seconds = run.Status == SequentialRunStatus.NotTried ? null : run.RuntimeInSeconds,
            Parameters = run.Model is { } model ? SequentialRecommendationCatalog.FindModel(model).Training.Parameters : null,
        };
    }
}
