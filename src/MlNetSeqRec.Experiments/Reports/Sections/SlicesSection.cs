namespace MlNetSeqRec.Experiments.Reports;

/// <summary>Figures of short and long histories, of popular and cold items, the models beside each other.</summary>
internal static class SlicesSection
{
    private const int MostModels = 8; // that fit beside each other

    private static readonly Dictionary<string, string> _words = new()
    {
        ["target head"] = "the most popular items, a third of all events",
        ["target middle"] = "the next third",
        ["target tail"] = "the other items",
        ["target cold"] = "items that training never saw",
    };

    public static Markup Make(IReadOnlyList<LeaderboardRow> rows)
    {
        LeaderboardRow[] models = [.. rows.Where(row => row.Slices.Count > 0).OrderByDescending(row => row.IsBest || row.IsBaseline).Take(MostModels)];
        if (models.Length == 0)
            return Markup.None;
        ReportSlice[] slices = [.. models.SelectMany(row => row.Slices).DistinctBy(slice => slice.Name)];
        int k = slices[0].Figures.K;
        double edge = IntervalMark.Edge(models.SelectMany(row => row.Slices).Select(slice => slice.Figures.Ndcg));
        Markup table = Parts.Table(
            [Parts.Text("Slice"), Parts.Text("Users"), .. models.Select(row => Parts.Text(row.Name))],
            slices.Select(slice => models.Select(row => Cell(row, slice.Name)).Prepend(Parts.Text(Numbers.Whole(slice.Users))).Prepend(Name(slice.Name))));
        return Parts.Section("slices", "By slice", Markup.Of(
            $"<p>Test NDCG@{k} among the items that a user has not had, by the length of the history and by how often training saw the held-out item.</p>\n{Parts.Scroll("Figures by slice", table)}"));

        Markup Cell(LeaderboardRow row, string slice) => LeaderboardSection.Marked(row.Slices.FirstOrDefault(one => one.Name == slice)?.Figures.Ndcg, edge, row);
    }

    private static Markup Name(string slice) =>
        _words.TryGetValue(slice, out string? words) ? Markup.Of($"{slice}<small class=\"details\">{words}</small>") : Parts.Text(slice);
}
