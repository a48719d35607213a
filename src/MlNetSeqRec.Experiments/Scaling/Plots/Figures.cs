using System.Globalization;
using ScottPlot;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// The paper's figures: each run's metric over its FLOPs, coloured by parameters, by data or by their ratio, and the fitted
/// curve with its interval. Colours run from dark to light (viridis without its yellow end), so that they also order in grey
/// and for eyes that confuse colours, and each group has a marker of its own.
/// </summary>
internal sealed class Figures(ScalingStudy study)
{
    private const int MostGroups = 6;

    private static readonly MarkerShape[] _markers =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown, MarkerShape.OpenCircle];

    private static readonly Color _ink = Color.FromHex("#222222");

    static Figures() => PlotFonts.UseOneOfTheSystem();

    /// <summary>All figures with the names of their files.</summary>
    public IEnumerable<(string Name, string Title, string Text, Plot Plot)> All()
    {
        yield return ("by-parameters", "Metric over training FLOPs, by parameters",
            "Each line is a run, validated as it goes on; the marker is its best. Darker lines are smaller networks.",
            Runs("parameters", run => run.Parameters));
        yield return ("by-data", "Metric over training FLOPs, by data",
            "The same runs by the events that each was trained on. Darker lines are smaller data.",
            Runs("events", run => run.Events));
        yield return ("by-ratio", "Metric over training FLOPs, by data over parameters",
            "The same runs by events for each parameter. Darker lines are larger networks on fewer data.",
            Runs("events / parameter", run => run.Events / (double)run.Parameters));
        foreach (NamedFit fit in study.Fits.Where(fit => fit.Name is "frontier_grid" or "sigmoid_authors_frontier" or "parameters_events"))
        {
            if (fit.Name == "parameters_events")
                yield return ("fit-sizes", "The law over parameters and data", "Each marker is a run; dashed, what the law says for its parameters and events. On the diagonal law and run agree.", Sizes(fit));
            else if (fit.Name == "frontier_grid")
                yield return ("fit-frontier", "The curve over FLOPs", "Dots: the best metric of all runs for so much compute, while they are under way. Line and band: the curve fitted to its running maximum with its 95 % interval; dashed beyond the runs.", Curve(fit));
        }
    }

    private Plot Runs(string what, Func<RunRecord, double> of)
    {
        Plot plot = Begin();
        List<(string Label, Func<double, bool> Holds)> groups = Groups([.. study.Runs.Select(of)]);
        for (int g = 0; g < groups.Count; g++)
        {
            Color color = ColorOf(g, groups.Count);
            bool isFirst = true;
            foreach (RunRecord run in study.Runs.Where(run => groups[g].Holds(of(run))).OrderBy(run => run.Epochs[^1].Flops))
            {
                RunEpoch[] epochs = [.. run.Epochs.Where(epoch => epoch.Value is not null)];
                ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(epochs.Select(epoch => Math.Log10(epoch.Flops)).ToArray(), epochs.Select(epoch => epoch.Value!.Value).ToArray());
                (line.Color, line.LineWidth) = (color.WithAlpha(0.6), 1.4f);
                ScottPlot.Plottables.Marker best = plot.Add.Marker(Math.Log10(run.Best().Flops), run.Best().Value!.Value, _markers[g], 8, color);
                if (isFirst)
                    best.LegendText = groups[g].Label;
                isFirst = false;
            }
        }

        Finish(plot, what);
        return plot;
    }

    private Plot Curve(NamedFit fit)
    {
        Plot plot = Begin();
        IReadOnlyList<FrontierPoint> frontier = Frontier.Of(study.Runs);
        double first = Math.Log(frontier[0].Flops), last = Math.Log(frontier[^1].Flops), further = last + Math.Log(10);
        double[] inside = Spread(first, last), outside = Spread(last, further);
        foreach ((double[] x, bool isInside) in new[] { (inside, true), (outside, false) })
        {
            Interval[] intervals = [.. x.Select(at => fit.Fit.PredictInterval(at)).OfType<Interval>()];
            if (intervals.Length == x.Length)
            {
                ScottPlot.Plottables.FillY band = plot.Add.FillY(x.Select(Log10).ToArray(), intervals.Select(interval => interval.Lower).ToArray(), intervals.Select(interval => interval.Upper).ToArray());
                (band.FillColor, band.LineWidth) = (Color.FromHex("#9ecae1").WithAlpha(isInside ? 0.6 : 0.3), 0);
                if (isInside)
                    band.LegendText = "95 % interval";
            }
        }

        ScottPlot.Plottables.Scatter points = plot.Add.ScatterPoints(frontier.Select(point => Math.Log10(point.Flops)).ToArray(), frontier.Select(point => point.Value).ToArray());
        (points.MarkerSize, points.MarkerShape, points.Color, points.LegendText) = (3.5f, MarkerShape.FilledCircle, Color.FromHex("#d55e00"), "best of all runs");
        AddCurve(inside, LinePattern.Solid, "fitted curve");
        AddCurve(outside, LinePattern.Dashed, "beyond the runs");
        if (PublishedRuns.Are(study.Runs))
        {
            ScottPlot.Plottables.Scatter paper = plot.Add.ScatterLine(inside.Select(Log10).ToArray(), inside.Select(x => new SigmoidLaw().Evaluate(PublishedRuns.Sigmoid, [x])).ToArray());
            (paper.Color, paper.LinePattern, paper.LineWidth, paper.LegendText) = (_ink, LinePattern.Dotted, 2, "the paper's curve");
        }

        Finish(plot, null);
        return plot;

        void AddCurve(double[] x, LinePattern pattern, string name)
        {
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(x.Select(Log10).ToArray(), x.Select(at => fit.Fit.Predict(at)).ToArray());
            (line.Color, line.LineWidth, line.LinePattern, line.LegendText) = (Color.FromHex("#0072b2"), 2.5f, pattern, name);
        }

        static double Log10(double ln) => ln / Math.Log(10);
        static double[] Spread(double from, double to) => [.. Enumerable.Range(0, 101).Select(i => from + ((to - from) * i / 100))];
    }

    // Measured over predicted.
    private Plot Sizes(NamedFit fit)
    {
        Plot plot = Begin();
        List<(string Label, Func<double, bool> Holds)> groups = Groups([.. study.Runs.Select(run => (double)run.Events)]);
        double least = double.PositiveInfinity, greatest = double.NegativeInfinity;
        for (int g = 0; g < groups.Count; g++)
        {
            RunRecord[] runs = [.. study.Runs.Where(run => groups[g].Holds(run.Events))];
            double[] says = [.. runs.Select(run => fit.Fit.Predict(run.Parameters, run.Events))], was = [.. runs.Select(run => run.Best().Value!.Value)];
            ScottPlot.Plottables.Scatter points = plot.Add.ScatterPoints(says, was);
            (points.MarkerShape, points.MarkerSize, points.Color, points.LegendText) = (_markers[g], 8, ColorOf(g, groups.Count), groups[g].Label);
            (least, greatest) = (Math.Min(least, says.Concat(was).Min()), Math.Max(greatest, says.Concat(was).Max()));
        }

        ScottPlot.Plottables.Scatter diagonal = plot.Add.ScatterLine(new[] { least, greatest }, new[] { least, greatest });
        (diagonal.Color, diagonal.LinePattern, diagonal.LineWidth) = (_ink, LinePattern.Dashed, 1.5f);
        plot.XLabel("what the law says");
        plot.YLabel("what the run reached");
        Legend(plot, "events");
        return plot;
    }

    private static Plot Begin()
    {
        var plot = new Plot();
        plot.Axes.Color(_ink);
        plot.Grid.MajorLineColor = Color.FromHex("#e3e3e3");
        foreach (IAxis axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
            axis.TickLabelStyle.FontSize = 14;
        return plot;
    }

    private void Finish(Plot plot, string? what)
    {
        plot.XLabel("training FLOPs" + (study.Runs[0].FlopsCount == "srt" ? " (the authors' count)" : string.Empty));
        plot.YLabel(study.Runs[0].Metric.Split(',')[0]);
        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        double[] decades = [.. Enumerable.Range((int)Math.Floor(limits.Left), (int)Math.Ceiling(limits.Right) - (int)Math.Floor(limits.Left) + 1).Select(n => (double)n)];
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(decades, [.. decades.Select(n => "10" + Superscript((int)n))]);
        plot.Axes.SetLimits(limits);
        Legend(plot, what);
    }

    private static void Legend(Plot plot, string? title)
    {
        plot.Legend.FontSize = 13;
        plot.Legend.Padding = new PixelPadding(10);
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Color.FromHex("#bbbbbb");
        plot.ShowLegend(Alignment.UpperLeft);
        if (title is not null)
            plot.Title("coloured by " + title, 14);
    }

    // A colour for each value where there are few, else for ranges that hold about as many runs each.
    private static List<(string Label, Func<double, bool> Holds)> Groups(IReadOnlyList<double> values)
    {
        double[] distinct = [.. values.Distinct().Order()];
        if (distinct.Length <= MostGroups)
            return [.. distinct.Select(value => (Short(value), (Func<double, bool>)(other => other == value)))];
        double[][] parts = [.. distinct.Chunk((int)Math.Ceiling(distinct.Length / (double)MostGroups))];
        return [.. parts.Select(part => ($"{Short(part[0])} – {Short(part[^1])}", (Func<double, bool>)(value => value >= part[0] && value <= part[^1])))];
    }

    private static string Short(double value) => value switch
    {
        >= 1e9 => (value / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + " G",
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 1e3 => (value / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " k",
        _ => value.ToString("g2", CultureInfo.InvariantCulture),
    };

    private static Color ColorOf(int group, int groups) => new ScottPlot.Colormaps.Viridis().GetColor(groups == 1 ? 0.3 : 0.82 * group / (groups - 1));

    private static string Superscript(int number) => string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => digit == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']));
}
