namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>The best metric that any run had reached for some training FLOPs.</summary>
/// <param name="Flops">Training FLOPs so far.</param>
/// <param name="Value">The metric, interpolated between a run's validations.</param>
/// <param name="Run">The run that had it.</param>
/// <param name="Epochs">The epochs of that run so far, interpolated.</param>
public sealed record FrontierPoint(double Flops, double Value, RunRecord Run, double Epochs);

/// <summary>Builds the frontier of runs, and curves from it.</summary>
public static class Frontier
{
    /// <summary>
    /// The frontier over all FLOPs at which any run was validated. A run counts from its first validation to its last, in
    /// between by linear interpolation over FLOPs.
    /// </summary>
    /// <param name="runs">The runs.</param>
    /// <param name="asAuthors">
    /// As SRT's authors drew it: a later validation with a value that the run had before is passed over, and a run's last point
    /// does not count. Their figures are reproduced only so.
    /// </param>
    public static IReadOnlyList<FrontierPoint> Of(IReadOnlyList<RunRecord> runs, bool asAuthors = false)
    {
        ArgumentNullException.ThrowIfNull(runs);
        (RunRecord Run, (double Flops, double Value, int Epoch)[] Points)[] curves = [.. runs.Select(run => (run, Validations(run, asAuthors)))];
        double[] flops = [.. curves.SelectMany(curve => curve.Points).Select(point => point.Flops).Distinct().Order()];
        var best = new FrontierPoint?[flops.Length];
        foreach ((RunRecord run, (double Flops, double Value, int Epoch)[] points) in curves)
        {
            int next = 0;
            for (int i = Array.BinarySearch(flops, points[0].Flops); i < flops.Length && (asAuthors ? flops[i] < points[^1].Flops : flops[i] <= points[^1].Flops); i++)
            {
                while (next < points.Length - 2 && points[next + 1].Flops <= flops[i])
                    next++;
                FrontierPoint point = At(run, points, next, flops[i]);
                if (best[i] is null || point.Value > best[i]!.Value)
                    best[i] = point;
            }
        }

        return [.. best.OfType<FrontierPoint>()];
    }

    /// <summary>Its points as observations of ln FLOPs.</summary>
    public static IReadOnlyList<Observation> Observe(IReadOnlyList<FrontierPoint> frontier) => [.. frontier.Select(point => new Observation([Math.Log(point.Flops)], point.Value))];

    /// <summary>The frontier at places evenly spaced in ln FLOPs, never falling, so that no range of FLOPs outweighs others.</summary>
    public static IReadOnlyList<Observation> OnGrid(IReadOnlyList<FrontierPoint> frontier, int places = 200)
    {
        ArgumentNullException.ThrowIfNull(frontier);
        double[] x = [.. frontier.Select(point => Math.Log(point.Flops))];
        double[] y = [.. frontier.Select(point => point.Value)];
        double greatest = double.NegativeInfinity;
        return [.. Enumerable.Range(0, places).Select(n => x[0] + ((x[^1] - x[0]) * n / (places - 1))).Select(at => new Observation([at], greatest = Math.Max(greatest, Interpolate(x, y, at))))];
    }

    private static (double Flops, double Value, int Epoch)[] Validations(RunRecord run, bool distinct)
    {
        IEnumerable<(double Flops, double Value, int Epoch)> points = run.Epochs
            .Where(epoch => epoch.Value is not null)
            .Select(epoch => (epoch.Flops, epoch.Value!.Value, epoch.Epoch));
        return [.. distinct ? points.DistinctBy(point => point.Value) : points];
    }

    private static FrontierPoint At(RunRecord run, (double Flops, double Value, int Epoch)[] points, int from, double flops)
    {
        (double Flops, double Value, int Epoch) a = points[from], b = points[Math.Min(from + 1, points.Length - 1)];
        double share = b.Flops > a.Flops ? (flops - a.Flops) / (b.Flops - a.Flops) : 0;
        return new FrontierPoint(flops, a.Value + (share * (b.Value - a.Value)), run, a.Epoch + (share * (b.Epoch - a.Epoch)));
    }

    private static double Interpolate(double[] x, double[] y, double at)
    {
        int i = Array.BinarySearch(x, at);
        if (i < 0)
            i = ~i - 1;
        if (i < 0)
            return y[0];
        return i >= x.Length - 1 ? y[^1] : y[i] + ((at - x[i]) / (x[i + 1] - x[i]) * (y[i + 1] - y[i]));
    }
}
