using System.Globalization;
using MathNet.Numerics;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// Plans by the additive law of some runs and by what they cost. Where the runs tell their width and depth, all shapes are
/// tried at their exact cost; else, and for budgets in hours, the cost follows the parameters as a power, and the best division
/// between parameters and events has a closed form.
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
        double most = options.MostEvents ?? runs.Max(run => run.Events);
        Plan plan = !options.IsHours && ShapeSearch.IsPossible(runs)
            ? ByShape(runs, options, points, law, allocation, most)
            : ByParameters(runs, options, points, law, allocation, most);
        return Judge(runs, options, law, plan);
    }

    private static Plan ByShape(IReadOnlyList<RunRecord> runs, PlanOptions options, IReadOnlyList<Observation> points, LawFit law, Allocation allocation, double most)
    {
        var search = new ShapeSearch(runs, points, law, allocation, most);
        (int width, int layers, double events) = search.Best(options.Budget);
        double predicted = search.Predict(width, layers, events);
        Plan plan = Common(runs, options, points, law, allocation, search.Size(width, layers).Parameters, events, search.Effect(layers), [.. points.Where((_, i) => runs[i].Layers == layers)]);
        var notes = new List<string>();
        double cost = search.Cost(width, layers, events);
        if (cost < 0.9 * options.Budget)
            notes.Add(Text($"all {most:g3} events are used and by the law a larger network does not help: {cost:g3} FLOPs of the budget are enough"));
        return plan with
        {
            Width = width,
            Layers = layers,
            Off = [.. _factors.Select(factor =>
            {
                int other = Math.Max(1, (int)Math.Round(width * factor / runs[0].Heads)) * runs[0].Heads;
                double left = search.EventsFor(other, layers, options.Budget), then = search.Predict(other, layers, left);
                return new OffPlan(factor, search.Size(other, layers).Parameters, left, then, predicted - then);
            })],
            Notes = notes,
        };
    }

    private static Plan ByParameters(IReadOnlyList<RunRecord> runs, PlanOptions options, IReadOnlyList<Observation> points, LawFit law, Allocation allocation, double most)
    {
        double budget = options.IsHours ? options.Budget * 3600 : options.Budget;
        var notes = new List<string>();
        (double parameters, double events, _) = allocation.For(budget);
        if (events > most)
        {
            notes.Add(Text($"the law asks for {events:g3} events and there are {most:g3}: the rest of the budget goes into parameters"));
            (events, parameters) = (most, allocation.ParametersWith(most, budget));
        }

        if (allocation.Cost.R2 < 0.9)
            notes.Add(Text($"what runs cost follows their parameters only roughly (R² {allocation.Cost.R2:f2})"));
        Plan plan = Common(runs, options, points, law, allocation, parameters, events, 0, points);
        return plan with
        {
            Off = [.. _factors.Select(factor =>
            {
                double other = parameters * factor, left = Math.Min(most, allocation.With(other, budget).Events), then = law.Predict(other, left);
                return new OffPlan(factor, other, left, then, plan.Predicted - then);
            })],
            Notes = notes,
        };
    }

    private static Plan Common(
        IReadOnlyList<RunRecord> runs, PlanOptions options, IReadOnlyList<Observation> points, LawFit law, Allocation allocation, double parameters, double events, double effect, IReadOnlyList<Observation> alike) => new()
        {
            Budget = options.Budget,
            Unit = options.IsHours ? "hours" : "flops",
            Parameters = parameters,
            Events = events,
            Interactions = events * (1 + runs.Average(run => run.Users / (double)run.Events)),
            Epochs = Math.Max(1, (int)Math.Round(allocation.EpochsFor(events))),
            Predicted = law.Predict(parameters, events) + effect,
            Interval = Around(law, alike, parameters, events, options.Seed),
            FrontierPredicts = options.IsHours ? null : LawFitting.Fit(new SigmoidLaw(), Frontier.OnGrid(Frontier.Of(runs))).Predict(Math.Log(options.Budget)),
            ParametersExponent = allocation.ParametersExponent,
            EventsExponent = allocation.EventsExponent,
        };

    // Whether it may be believed.
    private static Plan Judge(IReadOnlyList<RunRecord> runs, PlanOptions options, LawFit law, Plan plan)
    {
        var beyond = new List<string>();
        Look("the budget", options.Budget * (options.IsHours ? 3600 : 1), runs.Select(run => options.IsHours ? run.Epochs[^1].Seconds : run.Epochs[^1].Flops), options.IsHours ? " s" : " FLOPs");
        Look("the network", plan.Parameters, runs.Select(run => (double)run.Parameters), " parameters");
        Look("the data", plan.Events, runs.Select(run => (double)run.Events), " events");
        if (beyond.Count > 0 && !options.MayExtrapolate)
            throw new InvalidDataException($"The plan would go beyond what the runs cover: {string.Join("; ", beyond)}. Make larger runs, or ask for it with --extrapolate");
        return law.IsIdentifiable ? plan with { Extrapolates = beyond } : plan with
        {
            Extrapolates = beyond,
            Notes = [.. plan.Notes, $"the law's coefficients are not identifiable, only its predictions inside what the runs cover: {string.Join("; ", law.Doubts)}"],
        };

        void Look(string what, double value, IEnumerable<double> seen, string unit)
        {
            if (value > 1.05 * seen.Max() || value < 0.95 * seen.Min())
                beyond.Add(Text($"{what}, {value:g4}{unit}, is outside of {seen.Min():g4} to {seen.Max():g4}"));
        }
    }

    // How many passes runs took to their best, as a power of their events; a constant where all have the same size.
    private static (double Factor, double Power) Epochs(IReadOnlyList<RunRecord> runs)
    {
        double[] events = [.. runs.Select(run => Math.Log(run.Events))], best = [.. runs.Select(run => Math.Log(run.Best().Epoch))];
        if (events.Distinct().Count() < 2)
            return (Math.Exp(best.Average()), 0);
        double slope = Math.Clamp(Fit.Line(events, best).Item2, -0.9, 0.9); // a run's cost must grow with its data
        return (Math.Exp(best.Average() - (slope * events.Average())), slope);
    }

    // How laws of resampled runs differ, and how single runs differ from a law.
    private static Interval? Around(LawFit law, IReadOnlyList<Observation> alike, double parameters, double events, int seed)
    {
        if (law.Resampled.Count == 0)
            return null;
        double[] residuals = [.. alike.Select(o => o.Y - law.Predict(o.X))];
        var random = new Random(seed);
        return Interval.Of([.. law.Resampled.SelectMany(coefficients => Enumerable.Range(0, 20)
            .Select(_ => law.Law.Evaluate(coefficients, [parameters, events]) + residuals[random.Next(residuals.Length)]))]);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
