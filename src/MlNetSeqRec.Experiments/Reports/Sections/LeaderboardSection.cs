namespace MlNetSeqRec.Experiments.Reports;

/// <summary>The models beside each other, and the rules that they have to beat.</summary>
internal static class LeaderboardSection
{
    public static Markup Make(IReadOnlyList<LeaderboardRow> rows)
    {
        int k = rows.Select(row => row.Test ?? row.Validation).FirstOrDefault(figures => figures is not null)?.K ?? 10;
        double edge = IntervalMark.Edge(rows.SelectMany(row => new[] { row.Test?.Ndcg, row.Validation?.Ndcg }));
        var columns = new List<(Markup Heading, Func<LeaderboardRow, Markup> Cell, bool IsShown)>
        {
            (Parts.Text("Model"), Name, true),
            (Heading($"NDCG@{k}", "validation"), row => Marked(row.Validation?.Ndcg, edge, row), rows.Any(row => row.Validation is not null)),
            (Heading($"NDCG@{k}", "test"), row => Marked(row.Test?.Ndcg, edge, row), rows.Any(row => row.Test is not null)),
            (Heading($"HR@{k}", "test"), row => Figure(row.Test?.HitRate), rows.Any(row => row.Test?.HitRate is not null)),
            (Heading("MRR", "test"), row => Figure(row.Test?.MeanReciprocalRank), rows.Any(row => row.Test?.MeanReciprocalRank is not null)),
            (Heading($"NDCG@{k}", "test, all items"), row => Figure(row.TestAll?.Ndcg), rows.Any(row => row.TestAll is not null)),
            (Parts.Text("Training"), row => Parts.Text(row.Seconds is { } seconds ? Numbers.Duration(seconds) : "–"), rows.Any(row => row.Seconds is not null)),
            (Parts.Text("Parameters"), row => Parts.Text(row.Parameters is { } parameters ? Numbers.Short(parameters) : "–"), rows.Any(row => row.Parameters is not null)),
        };
        columns.RemoveAll(column => !column.IsShown);
        Markup table = Parts.Table(columns.Select(column => column.Heading), rows.Select(row => columns.Select(column => column.Cell(row))));
        return Parts.Section("leaderboard", "Leaderboard", Markup.Of(
            $"{Verdict(rows, k)}{Parts.Scroll("Models and their figures", table)}<p class=\"note\">Ranked among the items that a user has not had, unless a column says otherwise. Small figures and lines are 95 % intervals; hollow marks are rules that need no training.</p>\n"));
    }

    /// <summary>A figure and its interval, as a number and as a mark.</summary>
    public static Markup Marked(ReportFigure? figure, double edge, LeaderboardRow row) =>
        figure is null ? Parts.Text("–") : Markup.Of($"{Figure(figure)}{IntervalMark.Draw(figure, edge, row.IsBaseline)}");

    private static Markup Figure(ReportFigure? figure) => figure switch
    {
        null => Parts.Text("–"),
        { Lower: { } lower, Upper: { } upper } => Markup.Of($"{Numbers.Metric(figure.Value)} <small class=\"details\">{Numbers.Metric(lower)} – {Numbers.Metric(upper)}</small>"),
        _ => Parts.Text(Numbers.Metric(figure.Value)),
    };

    private static Markup Heading(string metric, string part) => Markup.Of($"{metric} <small>{part}</small>");

    private static Markup Name(LeaderboardRow row)
    {
        Markup tag = row.IsBest ? Markup.Of($" <span class=\"tag best\">chosen</span>") : row.IsBaseline ? Markup.Of($" <span class=\"tag\">rule</span>") : Markup.None;
        IEnumerable<Markup> details = new[] { row.Details, row.Status }.OfType<string>().Select(text => Markup.Of($"<small class=\"details\">{text}</small>"));
        return Markup.Of($"{row.Name}{tag}{details}");
    }

    // The chosen model beside the best rule, in words: whether it was worth the training.
    private static Markup Verdict(IReadOnlyList<LeaderboardRow> rows, int k)
    {
        LeaderboardRow? best = rows.FirstOrDefault(row => row.IsBest) ?? rows.FirstOrDefault(row => !row.IsBaseline);
        if (best?.Test?.Ndcg is not { } own)
            return Markup.None;
        string said = $"{best.Name} has NDCG@{k} {Numbers.Metric(own.Value)} on the test data";
        LeaderboardRow? rule = rows.Where(row => row.IsBaseline && row != best && row.Test is not null).MaxBy(row => row.Test!.Ndcg.Value);
        if (rule?.Test?.Ndcg is not { } other)
            return Markup.Of($"<p class=\"verdict\">{said}.</p>\n");
        bool overlap = own is { Lower: { } lower, Upper: { } upper } && other is { Lower: { } otherLower, Upper: { } otherUpper } && lower <= otherUpper && otherLower <= upper;
        string compared = other.Value > 0 ? $" ({(own.Value / other.Value) - 1:+0\u00a0%;-0\u00a0%;0\u00a0%})" : string.Empty;
        string doubt = overlap ? " Their intervals overlap." : string.Empty;
        return Markup.Of($"<p class=\"verdict\">{said}; the best rule that needs no training, {rule.Name}, has {Numbers.Metric(other.Value)}{compared}.{doubt}</p>\n");
    }
}
