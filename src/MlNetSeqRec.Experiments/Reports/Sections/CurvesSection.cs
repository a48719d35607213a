namespace MlNetSeqRec.Experiments.Reports;

/// <summary>How trainings went.</summary>
internal static class CurvesSection
{
    public static Markup Make(IReadOnlyList<TrainingCurve> curves)
    {
        TrainingCurve[] ordered = [.. curves.Where(curve => curve.Epochs.Count > 0).OrderByDescending(curve => Best(curve) ?? double.NegativeInfinity)];
        if (ordered.Length == 0)
            return Markup.None;
        Markup validation = Chart(
            "Validation NDCG@10", "Each line is a network by itself; the dot is the epoch that was kept.", ordered, epoch => epoch.ValidationNdcg, fromZero: true);
        Markup loss = Chart(
            "Training loss", "Mean loss in nats per target. Losses compare only between trainings with the same negatives.", ordered, epoch => epoch.Loss, fromZero: false);
        return Parts.Section("training", "Training", Markup.Of($"<div class=\"charts\">\n{validation}{loss}</div>\n"));
    }

    private static Markup Chart(string heading, string caption, TrainingCurve[] curves, Func<TrainingEpoch, double?> of, bool fromZero)
    {
        Line[] lines = [.. curves.Select(curve => new Line(curve.Name, [.. Points(curve.Epochs)], Marked(curve)))];
        if (lines.All(line => line.Points.Count == 0))
            return Markup.None;
        string description = $"Lines over epochs: {heading} of {string.Join(", ", lines.Take(LineChart.MostNamed).Select(line => line.Name))}{(lines.Length > LineChart.MostNamed ? " and others" : string.Empty)}.";
        return Parts.Chart(heading, LineChart.Draw(description, lines, "epoch", fromZero), caption, LineChart.Legend(lines), Table(lines));

        IEnumerable<(double X, double Y)> Points(IEnumerable<TrainingEpoch> epochs) =>
            epochs.Where(epoch => of(epoch) is { } value && double.IsFinite(value)).Select(epoch => ((double)epoch.Epoch, of(epoch)!.Value));

        (double X, double Y)? Marked(TrainingCurve curve) =>
            Points(curve.Epochs.Where(epoch => epoch.Epoch == curve.BestEpoch)).Select(point => ((double X, double Y)?)point).FirstOrDefault();
    }

    private static Markup Table(Line[] lines)
    {
        Dictionary<double, double>[] values = [.. lines.Select(line => line.Points.DistinctBy(point => point.X).ToDictionary(point => point.X, point => point.Y))];
        return Parts.Table(
            lines.Select(line => Parts.Text(line.Name)).Prepend(Parts.Text("epoch")),
            values.SelectMany(line => line.Keys).Distinct().Order().Select(epoch => values
                .Select(line => Parts.Text(line.TryGetValue(epoch, out double value) ? Numbers.Metric(value) : "–"))
                .Prepend(Parts.Text(Numbers.Whole(epoch)))));
    }

    private static double? Best(TrainingCurve curve) => curve.Epochs.Max(epoch => epoch.ValidationNdcg);
}
