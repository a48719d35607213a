namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// The runs that SRT's authors published, with the two laws of the paper, and the variants of fits by which their figures can
/// be judged: coefficients fixed one by one, subsets, and extrapolation.
/// </summary>
public static class PublishedRuns
{
    /// <summary>Coefficients of the paper's curve over FLOPs: a, b, c, d.</summary>
    public static IReadOnlyList<double> Sigmoid { get; } = [0.396, 0.18, 24.44, 0.247];

    /// <summary>Coefficients of the paper's law over parameters and events: E, A, α, B, β.</summary>
    public static IReadOnlyList<double> Additive { get; } = [0.163, 18.56, 0.376, 2.9, 0.364];

    private const double Border = 1e15;
    private static readonly IReadOnlyList<double>[] _places = [.. new double[] { 27, 28, 30, 32, 34, 36, 38 }.Select(x => (IReadOnlyList<double>)[x])];

    /// <summary>Whether runs are theirs.</summary>
    public static bool Are(IReadOnlyList<RunRecord> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return runs.All(run => run.Metric == SrtSeriesFile.Metric && run.FlopsCount == SrtSeriesFile.FlopsCount);
    }

    internal static IReadOnlyList<NamedFit> Fits(IReadOnlyList<RunRecord> runs)
    {
        IReadOnlyList<FrontierPoint> frontier = Frontier.Of(runs, asAuthors: true);
        IReadOnlyList<Observation> points = Frontier.Observe(frontier), grid = Frontier.OnGrid(frontier);
        RunRecord[] some = [.. runs.Where(run => run.Negatives == 300)];
        return
        [
            .. Curves("sigmoid_authors_frontier", points),
            .. Curves("sigmoid_cummax_log_grid200", grid),
            HeldOutCurve(points),
            .. Sizes("NT_all119", RunObservations.Best(runs)),
            .. some.Length > 0 && some.Length < runs.Count ? Sizes("NT_neg300", RunObservations.Best(some)) : [],
            .. HeldOutSizes(runs),
        ];
    }

    private static IEnumerable<NamedFit> Curves(string name, IReadOnlyList<Observation> points)
    {
        yield return new NamedFit(name, LawFitting.Fit(new SigmoidLaw(), points)) { Places = _places };
        yield return new NamedFit($"{name}/b_fixed_0p18", LawFitting.Fit(new SigmoidLaw(0.18), points)) { Places = _places };
        yield return new NamedFit($"{name}/paper", LawFit.Compare(new SigmoidLaw(), Sigmoid, points)) { Places = _places, IsFitted = false };
    }

    private static NamedFit HeldOutCurve(IReadOnlyList<Observation> points)
    {
        LawFit fit = LawFitting.Fit(new SigmoidLaw(), [.. points.Where(o => o.X[0] < Math.Log(Border))]);
        return new NamedFit("sigmoid_extrap_lt1e15", fit) { HeldOut = LawFit.Compare(fit.Law, fit.Coefficients, [.. points.Where(o => o.X[0] >= Math.Log(Border))]), Places = _places };
    }

    private static IEnumerable<NamedFit> Sizes(string name, IReadOnlyList<Observation> points)
    {
        yield return new NamedFit($"{name}/free_beta_ge_0p02", LawFitting.Fit(new AdditiveLaw(), points));
        yield return new NamedFit($"{name}/exponents_fixed", LawFitting.Fit(new AdditiveLaw(alpha: Additive[2], beta: Additive[4]), points));
        yield return new NamedFit($"{name}/E_fixed_0p163", LawFitting.Fit(new AdditiveLaw(e: Additive[0]), points));
        yield return new NamedFit($"{name}/paper", LawFit.Compare(new AdditiveLaw(), Additive, points)) { IsFitted = false };
    }

    // Fitted to what is at most a million ratings, tried on five and ten million.
    private static IEnumerable<NamedFit> HeldOutSizes(IReadOnlyList<RunRecord> runs)
    {
        IReadOnlyList<Observation> train = RunObservations.Best(runs.Where(run => run.Events < 1_000_000)), test = RunObservations.Best(runs.Where(run => run.Events >= 1_000_000));
        if (train.Count < 5 || test.Count == 0)
            yield break;
        foreach ((string name, AdditiveLaw law) in new[] { ("NT_extrap_free", new AdditiveLaw()), ("NT_extrap_E163", new AdditiveLaw(e: Additive[0])) })
        {
            LawFit fit = LawFitting.Fit(law, train);
            yield return new NamedFit(name, fit) { HeldOut = LawFit.Compare(law, fit.Coefficients, test) };
        }

        yield return new NamedFit("NT_extrap_paper_law_on_5M10M", LawFit.Compare(new AdditiveLaw(), Additive, test)) { IsFitted = false };
    }
}
