using MlNetSeqRec.Experiments.Reports;

namespace MlNetSeqRec.Tests.Reports;

/// <summary>A report with everything in it, and texts that try to get out of their places.</summary>
internal static class Hostile
{
    public const string Title = "</script><script>window.hurt = 1</script><img src=http://192.0.2.1/x onerror=\"window.hurt = 1\">\u2028'\"&lt;<!--";

    public static ReportContent Content(int shoppers = 12) => new()
    {
        Title = "Models of " + Title,
        Summary = Title,
        Facts = [new("Data", Title), new(Title, "seqrec auto --data " + new string('x', 120))],
        Leaderboard =
        [
            new()
            {
                Name = "small " + Title,
                Details = "width 64, " + Title,
                IsBest = true,
                Status = Title,
                Validation = Figures(0.061),
                Test = Figures(0.058),
                TestAll = Figures(0.05),
                Slices = [new("history 0-4", 400, Figures(0.05)), new("target cold", 12, Figures(0)), new(Title, 1, Figures(0.9))],
                Seconds = 312.4,
                Parameters = 1_234_567,
            },
            new() { Name = "wide", Status = "failed: out of memory", Seconds = 3 },
            new() { Name = "popularity", IsBaseline = true, Test = Figures(0.02), TestAll = Figures(0.02), Slices = [new("history 0-4", 400, Figures(0.02))] },
        ],
        Data = new DataProfile
        {
            Users = 1000,
            Items = 200,
            Events = 8000,
            MedianLength = 6,
            LongestLength = 180,
            Lengths = [new("3", 100), new("4", 0), new("5–9", 700), new(Title, 200)],
            Popularity = [new(1, 900), new(10, 90), new(200, 1)],
            TopShare = 0.2,
            RareShare = 0.04,
            Times = [.. Enumerable.Range(0, 30).Select(i => new ProfileBin($"{2010 + (i / 12)}-{(i % 12) + 1:00}", i * 10))],
            First = new DateOnly(2010, 1, 3),
            Last = new DateOnly(2012, 6, 30),
        },
        Curves = [Curve("small " + Title, 20), .. Enumerable.Range(0, 8).Select(i => Curve($"candidate {i}", i + 1))],
        Shoppers = [.. Enumerable.Range(0, shoppers).Select(Shopper)],
        ShoppersModel = "small " + Title,
    };

    /// <summary>Shopper u has u items, of which the last ones are there; of every third the held-out item is second in the list.</summary>
    private static ShopperExample Shopper(int u) => new()
    {
        UserId = $"u{u} {Title}",
        History = [.. Enumerable.Range(0, u).Select(i => Item(i))],
        EarlierItems = u == 5 ? 1234 : 0,
        Recommended = [.. Enumerable.Range(20, 10).Select(i => new RecommendedItem(Item(i), i == 29 ? double.NegativeInfinity : 30 - i))],
        Target = Item(u % 3 == 0 ? 21 : u == 2 ? 1 : 40),
        TargetRank = u % 3 == 0 ? 2 : u % 3 == 1 ? 57.5 : null,
    };

    private static ReportItem Item(int i) => new($"i{i}", i % 4 == 1 ? Title : i % 4 == 2 ? string.Empty : $"Item {i} {new string('w', 90)}", i % 2 == 0 ? "brand > shelf" : string.Empty);

    private static ReportFigures Figures(double value) => new()
    {
        Ndcg = new(value, value * 0.9, value * 1.1),
        HitRate = new(value * 2, value * 1.8, value * 2.2),
        MeanReciprocalRank = new(value * 0.8),
    };

    private static TrainingCurve Curve(string name, int epochs) => new(
        name,
        [.. Enumerable.Range(1, epochs).Select(e => new TrainingEpoch { Epoch = e, Loss = e == 7 ? double.NaN : 6 + (3.0 / e), ValidationNdcg = e == 2 ? null : 0.06 - (0.03 / e), TrainSeconds = 1 })],
        epochs);
}
