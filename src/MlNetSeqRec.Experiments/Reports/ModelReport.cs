using System.Globalization;
using Microsoft.ML;

namespace MlNetSeqRec.Experiments.Reports;

/// <summary>The report of one trained model beside its baselines.</summary>
public static class ModelReport
{
    private const string Name = "transformer";

    /// <summary>Puts the report's content together.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The model that was compared.</param>
    /// <param name="interactions">All events of the data: UserId, ItemId, Timestamp.</param>
    /// <param name="held">The histories and targets that it was compared on.</param>
    /// <param name="comparison">The model beside its baselines.</param>
    /// <param name="shoppers">Shoppers to embed; 0 for none.</param>
    /// <param name="seed">The seed by which they are drawn.</param>
    /// <param name="facts">What else there is to know, such as the data's name; shown before what the model knows of itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or the number of shoppers is negative.</exception>
    /// <exception cref="InvalidDataException">There are no interactions.</exception>
    public static ReportContent Make(
        MLContext context,
        SequentialRecommendationTransformer model,
        IDataView interactions,
        IDataView held,
        ModelComparison comparison,
        int shoppers = 100,
        int seed = 1,
        IEnumerable<ReportFact>? facts = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(comparison);
        ArgumentOutOfRangeException.ThrowIfNegative(shoppers);
        TrainingSummary training = model.Training;
        LeaderboardRow[] rows =
        [
            LeaderboardRow.Of(Name, comparison.Model) with
            {
                Details = Describe(training),
                IsBest = true,
                Status = training.Ended,
                Seconds = training.Seconds,
                Parameters = training.Parameters,
                Validation = training.ValidationNdcg is { } ndcg ? new ReportFigures { Ndcg = new ReportFigure(ndcg) } : null,
            },
            .. comparison.LatestItems is { } latest
                ? [LeaderboardRow.Of("no network", latest) with { Details = "what the latest items add to the model's scores, by itself", IsBaseline = true }]
                : Array.Empty<LeaderboardRow>(),
            LeaderboardRow.Of("item to item", comparison.ItemToItem) with { Details = "what most often followed the latest item", IsBaseline = true },
            LeaderboardRow.Of("popularity", comparison.Popularity) with { Details = "the same items for everyone", IsBaseline = true },
        ];
        return new ReportContent
        {
            Title = "How well the model ranks what comes next",
            Facts =
            [
                .. facts ?? [],
                new ReportFact("Held out", $"{Numbers.Whole(comparison.Model.UserCount)} users' last items, ranked among {Numbers.Whole(comparison.Model.ItemCount)} items"),
                new ReportFact("Protocol", comparison.Model.Protocol),
                new ReportFact("Seed", seed.ToString(CultureInfo.InvariantCulture)),
                new ReportFact("Trained on", training.Device),
            ],
            Leaderboard = [.. rows.OrderByDescending(row => row.Test!.Ndcg.Value)],
            Data = DataProfile.Of(interactions),
            Curves = TrainingCurve.Of(Name, training),
            Shoppers = shoppers == 0 ? [] : ShopperSample.Take(context, model, held, model.Catalogue, shoppers, seed),
            ShoppersModel = Name,
        };
    }

    private static string Describe(TrainingSummary training)
    {
        string encoding = training.Encoding switch { ItemEncoding.Id => "ids", ItemEncoding.Text => "text", ItemEncoding.IdAndText => "ids and text", var other => other.ToString() };
        string kept = training.Members.Count > 1 ? $"{training.Members.Count} networks" : $"epoch {training.BestEpoch} of {training.Epochs} kept";
        return $"items by {encoding}, {kept}";
    }
}
