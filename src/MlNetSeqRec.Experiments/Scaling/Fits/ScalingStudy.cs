namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>The laws of a set of runs.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Fits">The fits.</param>
/// <param name="Notes">What was left out, and why.</param>
public sealed record ScalingStudy(IReadOnlyList<RunRecord> Runs, IReadOnlyList<NamedFit> Fits, IReadOnlyList<string> Notes)
{
    /// <summary>Fits the laws.</summary>
    /// <exception cref="InvalidDataException">The runs cannot be compared, or are too few for a law.</exception>
    public static ScalingStudy Of(IReadOnlyList<RunRecord> runs, StudyOptions? options = null)
    {
        options ??= new StudyOptions();
        RunFiles.CheckComparable(runs);
        var study = new Fitting(runs, options);
        if (options.Law is null or "sigmoid")
            study.FitFrontier();
        if (options.Law is null or "additive")
            study.FitSizes();
        if (options.Law is null or "loss")
            study.FitLoss();
        IReadOnlyList<NamedFit> fits = study.Fits;
        if (options.Law is null && PublishedRuns.Are(runs))
            fits = [.. PublishedRuns.Fits(runs), .. fits];
        return new ScalingStudy(runs, fits, study.Notes);
    }

    /// <summary>A fit by its name.</summary>
    public NamedFit this[string name] => Fits.FirstOrDefault(fit => fit.Name == name) ?? throw new ArgumentException($"There is no fit {name}");

    private sealed class Fitting(IReadOnlyList<RunRecord> runs, StudyOptions options)
    {
        private readonly FitOptions _options = new() { IsRobust = options.IsRobust };
        private readonly RunRecord[] _bySize = [.. runs.OrderBy(run => run.Epochs[^1].Flops).ThenBy(run => run.Id, StringComparer.Ordinal)];

        public List<NamedFit> Fits { get; } = [];

        public List<string> Notes { get; } = [];

        private int HeldOut => (int)Math.Ceiling(options.HeldOutShare * runs.Count);

        public void FitFrontier()
        {
            IReadOnlyList<FrontierPoint> frontier = Frontier.Of(runs);
            var law = new SigmoidLaw();
            IReadOnlyList<double>[] places = [.. Enumerable.Range((int)Math.Ceiling(Math.Log(frontier[0].Flops)), 1 + (int)(Math.Log(frontier[^1].Flops) - Math.Ceiling(Math.Log(frontier[0].Flops)))).Select(x => (IReadOnlyList<double>)[x])];
            IReadOnlyList<Observation> points = Weigh(Frontier.Observe(frontier));
            LawFit fit = Resampling.OverBlocks(LawFitting.Fit(law, points, _options), points, options.Resamplings, options.Seed, _options);
            double border = _bySize.Length > HeldOut ? _bySize[^(HeldOut + 1)].Epochs[^1].Flops : double.PositiveInfinity;
            Fits.Add(new NamedFit("frontier", fit)
            {
                Places = places,
                HeldOut = Try("frontier", () => Test(law, Weigh(Frontier.Observe(Frontier.Of(_bySize[..^HeldOut]))), [.. Frontier.Observe(frontier).Where(o => o.X[0] > Math.Log(border))])),
            });
            IReadOnlyList<Observation> grid = Frontier.OnGrid(frontier);
            Fits.Add(new NamedFit("frontier_grid", Resampling.OverBlocks(LawFitting.Fit(law, grid, _options), grid, options.Resamplings, options.Seed, _options)) { Places = places });
        }

        public void FitSizes()
        {
            var law = new AdditiveLaw();
            IReadOnlyList<Observation> points = Weigh(RunObservations.Best(runs));
            LawFit fit = Resampling.OverPoints(LawFitting.Fit(law, points, _options), points, options.Resamplings, options.Seed, _options);
            Fits.Add(new NamedFit("parameters_events", fit)
            {
                Places = [.. new[] { runs.Min(run => run.Parameters), runs.Max(run => run.Parameters) }
                    .SelectMany(_ => new[] { runs.Min(run => run.Events), runs.Max(run => run.Events) }, (n, t) => (IReadOnlyList<double>)[n, t])],
                HeldOut = Try("parameters_events", () => Test(law, Weigh(RunObservations.Best(_bySize[..^HeldOut])), RunObservations.Best(_bySize[^HeldOut..]))),
            });
        }

        public void FitLoss()
        {
            if (runs.Select(run => (run.Negatives, run.FlopsCount)).Distinct().Count() > 1)
            {
                Notes.Add("no power law of the loss: the runs have different numbers of negatives, so that their losses are not comparable");
                return;
            }

            foreach ((string name, string input, IReadOnlyList<Observation> points) in new[]
            {
                ("loss_flops", "flops", RunObservations.LossByFlops(runs)),
                ("loss_parameters", "parameters", RunObservations.LossByParameters(runs)),
            })
            {
                if (Try(name, () => FitLoss(input, points)) is { } fit)
                    Fits.Add(new NamedFit(name, input == "flops" ? Resampling.OverBlocks(fit, points, options.Resamplings, options.Seed, _options) : fit));
            }
        }

        // No loss is below 0: where the runs do not tell what is left in the end, nothing is.
        private LawFit FitLoss(string input, IReadOnlyList<Observation> points)
        {
            LawFit fit = LawFitting.Fit(new PowerLaw(input), points, _options);
            return fit.Coefficients[0] >= 0 ? fit : LawFitting.Fit(new PowerLaw(input, floor: 0), points, _options);
        }

        private IReadOnlyList<Observation> Weigh(IReadOnlyList<Observation> points) => options.IsEven ? RunObservations.Evenly(points) : points;

        private LawFit Test(ScalingLaw law, IReadOnlyList<Observation> train, IReadOnlyList<Observation> test)
        {
            if (test.Count < 2)
                throw new InvalidDataException("fewer than two points are held out");
            return LawFit.Compare(law, LawFitting.Fit(law, train, _options).Coefficients, test);
        }

        private LawFit? Try(string name, Func<LawFit> fit)
        {
            try
            {
                return fit();
            }
            catch (InvalidDataException e)
            {
                Notes.Add($"{name}: {e.Message}");
                return null;
            }
        }
    }
}
