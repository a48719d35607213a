using System.Globalization;
using MathNet.Numerics;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// Plans by the additive law of some runs and by what they cost. The law sees a network's parameters alone; its depth is that
/// whose runs did best beside the law, and its width follows.
/// </summary>
public static class Planner
{
    private static readonly double[] _factors = [0.25, 0.5, 2, 4];

    /// <summary>Plans.</summary>
    /// <exception cref="InvalidDataException">The runs cannot be compared or are too few, or the plan would go beyond them and may not.</exception>
    public static Plan Make(IReadOnlyList<RunRecord> runs, PlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.Budget > 0) || !double.IsFinite(options.Budget))
            throw new ArgumentException($"The budget is {options.Budget}; a number above 0 was expected");
        RunFiles.CheckComparable(runs);
        if (options.IsHours && runs.Select(run => run.Device).Distinct().Count() > 1)
            throw new InvalidDataException($"The runs were made on {string.Join(" and ", runs.Select(run => run.Device).Distinct())}: a budget in hours needs runs on one device");
        IReadOnlyList<Observation> points = RunObservations.Best(runs);
        LawFit law = Resampling.OverPoints(LawFitting.Fit(new AdditiveLaw(), points), points, options.Resamplings, options.Seed);
        CostLaw cost = CostLaw.Of(runs, epoch => options.IsHours ? Math.Max(1e-9, epoch.Seconds) : epoch.Flops);
        (double epochs, double power) = options.Epochs is { } fixedEpochs ? (fixedEpochs, 0) : Epochs(runs);
        var allocation = new Allocation(law.Coefficients, cost, epochs, power);
        double budget = options.IsHours ? options.Budget * 3600 : options.Budget;
        return Choose(runs, options, points, law, allocation, budget);
    }

    private static Plan Choose(IReadOnlyList<RunRecord> runs, PlanOptions options, IReadOnlyList<Observation> points, LawFit law, Allocation allocation, double budget)
    {
        var notes = new List<string>();
        (double parameters, double events, _) = allocation.For(budget);
        double most = options.MostEvents ?? runs.Max(run => run.Events);
        if (events > most)
        {
            notes.Add(Text($"the law asks for {events:g3} events and there are {most:g3}: the rest of the budget goes into parameters"));
            (events, parameters) = (most, allocation.ParametersWith(most, budget));
        }

        (int Width, int Layers)? shape = Shape(runs, points, law, parameters);
        if (shape is { } known)
            parameters = Size(runs, known.Width, known.Layers).Parameters;
        double predicted = law.Predict(parameters, events);
        if (!law.IsIdentifiable)
            notes.Add($"the law's coefficients are not identifiable, its predictions inside what the runs cover are: {string.Join("; ", law.Doubts)}");
        if (allocation.Cost.R2 < 0.9)
            notes.Add(Text($"what runs cost follows their parameters only roughly (R² {allocation.Cost.R2:f2})"));
        List<string> beyond = Beyond(runs, options, budget, parameters, events);
        if (beyond.Count > 0 && !options.MayExtrapolate)
            throw new InvalidDataException($"The plan would go beyond what the runs cover: {string.Join("; ", beyond)}. Make larger runs, or ask for it with --extrapolate");
        return new Plan(
            options.Budget,
            options.IsHours ? "hours" : "flops",
            parameters,
            shape?.Width,
            shape?.Layers,
            events,
            events * (1 + runs.Average(run => run.Users / (double)run.Events)),
            Math.Max(1, (int)Math.Round(allocation.EpochsFor(events))),
            predicted,
            Around(law, points, parameters, events, options.Seed),
            options.IsHours ? null : OnFrontier(runs, budget),
            allocation.ParametersExponent,
            allocation.EventsExponent,
            [.. _factors.Select(factor =>
            {
                double other = parameters * factor, left = Math.Min(most, allocation.With(other, budget).Events);
                return new OffPlan(factor, other, left, law.Predict(other, left), predicted - law.Predict(other, left));
            })],
            beyond,
            notes);
    }

    // How many passes runs took to their best, as a power of their events; a constant where all have the same size.
    private static (double Factor, double Power) Epochs(IReadOnlyList<RunRecord> runs)
    {
        double[] events = [.. runs.Select(run => Math.Log(run.Events))], best = [.. runs.Select(run => Math.Log(run.Best().Epoch))];
        if (events.Distinct().Count() < 2)
            return (Math.Exp(best.Average()), 0);
        (double intercept, double slope) = Fit.Line(events, best);
        slope = Math.Clamp(slope, -0.9, 0.9); // a run's cost must grow with its data
        return (Math.Exp(best.Average() - (slope * events.Average())), slope);
    }

    private static (int Width, int Layers)? Shape(IReadOnlyList<RunRecord> runs, IReadOnlyList<Observation> points, LawFit law, double parameters)
    {
        if (runs.Any(run => run.Width == 0 || run.Layers == 0 || run.Heads == 0 || run.FlopsCount != "true"))
            return null;
        int layers = runs.Zip(points).GroupBy(run => run.First.Layers)
            .MaxBy(group => group.Average(run => run.Second.Y - law.Predict(run.Second.X)))!.Key;
        int step = runs.Max(run => run.Heads), most = 16 * runs.Max(run => run.Width);
        int width = Enumerable.Range(1, Math.Max(1, most / step)).Select(n => n * step)
            .MinBy(candidate => Math.Abs(Math.Log(Size(runs, candidate, layers).Parameters / parameters)));
        return (width, layers);
    }

    private static NetworkSize Size(IReadOnlyList<RunRecord> runs, int width, int layers)
    {
        RunRecord like = runs[0];
        ItemEncoding encoding = like.Encoding switch { "id" => ItemEncoding.Id, "text" => ItemEncoding.Text, _ => ItemEncoding.IdAndText };
        long rows = like.TableParameters / like.Width;
        return new NetworkSize
        {
            Encoding = encoding,
            Items = encoding == ItemEncoding.Text ? 0 : like.Items,
            TokenRows = encoding == ItemEncoding.Text ? rows : encoding == ItemEncoding.Id ? 0 : rows - like.Items,
            Width = width,
            Layers = layers,
            MaximumLength = like.MaximumLength,
        };
    }

    private static List<string> Beyond(IReadOnlyList<RunRecord> runs, PlanOptions options, double budget, double parameters, double events)
    {
        var beyond = new List<string>();
        Look("the budget", budget, runs.Select(run => options.IsHours ? run.Epochs[^1].Seconds : run.Epochs[^1].Flops), options.IsHours ? " s" : " FLOPs");
        Look("the network", parameters, runs.Select(run => (double)run.Parameters), " parameters");
        Look("the data", events, runs.Select(run => (double)run.Events), " events");
        return beyond;

        void Look(string what, double value, IEnumerable<double> seen, string unit)
        {
            if (value > 1.05 * seen.Max() || value < 0.95 * seen.Min())
                beyond.Add(Text($"{what}, {value:g4}{unit}, is outside of {seen.Min():g4} to {seen.Max():g4}"));
        }
    }

    // How laws of resampled runs differ, and how single runs differ from a law.
    private static Interval? Around(LawFit law, IReadOnlyList<Observation> points, double parameters, double events, int seed)
    {
        if (law.Resampled.Count == 0)
            return null;
        double[] residuals = [.. points.Select(o => o.Y - law.Predict(o.X))];
        var random = new Random(seed);
        return Interval.Of([.. law.Resampled.SelectMany(coefficients => Enumerable.Range(0, 20)
            .Select(_ => law.Law.Evaluate(coefficients, [parameters, events]) + residuals[random.Next(residuals.Length)]))]);
    }

    private static double OnFrontier(IReadOnlyList<RunRecord> runs, double flops) =>
        LawFitting.Fit(new SigmoidLaw(), Frontier.OnGrid(Frontier.Of(runs))).Predict(Math.Log(flops));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
