namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// The width, depth and events for which a law is greatest within a budget, among all widths between and beyond those of some
/// runs and all depths that they had. The law sees parameters alone; how runs of a depth did beside it is added.
/// </summary>
internal sealed class ShapeSearch
{
    private readonly IReadOnlyList<RunRecord> _runs;
    private readonly LawFit _law;
    private readonly ShapeCost _cost;
    private readonly Func<double, double> _epochsFor;
    private readonly double _epochsPower;
    private readonly double _most;
    private readonly SortedDictionary<int, double> _depths;

    public ShapeSearch(IReadOnlyList<RunRecord> runs, IReadOnlyList<Observation> points, LawFit law, Allocation allocation, double most)
    {
        (_runs, _law, _cost, _epochsFor, _epochsPower, _most) = (runs, law, ShapeCost.Of(runs), allocation.EpochsFor, allocation.EpochsPower, most);
        _depths = new SortedDictionary<int, double>(runs.Zip(points).GroupBy(run => run.First.Layers)
            .ToDictionary(group => group.Key, group => group.Average(run => run.Second.Y - law.Predict(run.Second.X))));
    }

    /// <summary>Whether runs tell enough.</summary>
    public static bool IsPossible(IReadOnlyList<RunRecord> runs) => runs.All(run => run.Width > 0 && run.Layers > 0 && run.Heads > 0 && run.FlopsCount == "true")
        && runs.Select(run => run.TableParameters / run.Width).Distinct().Count() == 1;

    public (int Width, int Layers, double Events) Best(double budget)
    {
        int step = _runs.Max(run => run.Heads), widest = 4 * _runs.Max(run => run.Width);
        return Enumerable.Range(1, widest / step).SelectMany(n => _depths.Keys, (n, layers) => (Width: n * step, Layers: layers))
            .Select(shape => (shape.Width, shape.Layers, Events: EventsFor(shape.Width, shape.Layers, budget)))
            .Where(plan => plan.Events >= 1)
            .OrderByDescending(plan => Predict(plan.Width, plan.Layers, plan.Events))
            .ThenBy(plan => _cost.For(plan.Width, plan.Layers))
            .First();
    }

    public double Predict(int width, int layers, double events) => _law.Predict(Size(width, layers).Parameters, events) + Effect(layers);

    /// <summary>How runs of a depth did beside the law, on average.</summary>
    public double Effect(int layers) => _depths[layers];

    public double EventsFor(int width, int layers, double budget)
    {
        double oneEpochOfOne = _cost.For(width, layers) * _epochsFor(1);
        return Math.Min(_most, Math.Pow(budget / oneEpochOfOne, 1 / (1 + _epochsPower)));
    }

    /// <summary>What a plan costs, FLOPs.</summary>
    public double Cost(int width, int layers, double events) => _cost.For(width, layers) * events * _epochsFor(events);

    public NetworkSize Size(int width, int layers)
    {
        RunRecord like = _runs[0];
        long rows = like.TableParameters / like.Width;
        ItemEncoding encoding = like.Encoding switch { "id" => ItemEncoding.Id, "text" => ItemEncoding.Text, _ => ItemEncoding.IdAndText };
        return new NetworkSize
        {
            Encoding = encoding,
            Items = like.Items,
            TokenRows = encoding == ItemEncoding.Text ? rows : rows - like.Items,
            Width = width,
            Layers = layers,
            MaximumLength = like.MaximumLength,
        };
    }
}
