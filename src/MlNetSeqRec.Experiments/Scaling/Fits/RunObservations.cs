namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>The points that runs give for each law.</summary>
public static class RunObservations
{
    /// <summary>For <see cref="AdditiveLaw"/>: each run's parameters and events, and its best metric.</summary>
    public static IReadOnlyList<Observation> Best(IEnumerable<RunRecord> runs) =>
        [.. runs.Select(run => new Observation([run.Parameters, run.Events], run.Best().Value!.Value))];

    /// <summary>For a <see cref="PowerLaw"/> of FLOPs: the least loss that any run had reached.</summary>
    public static IReadOnlyList<Observation> LossByFlops(IEnumerable<RunRecord> runs)
    {
        var points = new List<Observation>();
        foreach ((double flops, double loss) in runs.SelectMany(run => run.Epochs).Where(epoch => epoch.Loss is not null).Select(epoch => (epoch.Flops, epoch.Loss!.Value)).Order())
        {
            if (points.Count == 0 || loss < points[^1].Y)
                points.Add(new Observation([flops], loss));
        }

        return points;
    }

    /// <summary>For a <see cref="PowerLaw"/> of parameters: the least loss of each size among the runs with the most events.</summary>
    public static IReadOnlyList<Observation> LossByParameters(IReadOnlyList<RunRecord> runs)
    {
        long most = runs.Max(run => run.Events);
        return [.. runs.Where(run => run.Events == most && run.Epochs.Any(epoch => epoch.Loss is not null))
            .GroupBy(run => run.Parameters)
            .Select(group => new Observation([group.Key], group.Min(run => run.Epochs.Min(epoch => epoch.Loss ?? double.PositiveInfinity))))
            .OrderBy(o => o.X[0])];
    }

    /// <summary>The same points with weights by which each place counts the same, however many points lie there or near it.</summary>
    public static IReadOnlyList<Observation> Evenly(IReadOnlyList<Observation> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count < 3 || data[0].X.Count > 1)
        {
            Dictionary<string, int> counts = data.GroupBy(Key).ToDictionary(group => group.Key, group => group.Count());
            return [.. data.Select(o => o with { Weight = 1.0 / counts[Key(o)] })];
        }

        Observation[] sorted = [.. data.OrderBy(o => o.X[0])];
        double whole = sorted[^1].X[0] - sorted[0].X[0], least = whole * 1e-6;
        return [.. sorted.Select((o, i) => o with
        {
            Weight = Math.Max(least, (sorted[Math.Min(i + 1, sorted.Length - 1)].X[0] - sorted[Math.Max(0, i - 1)].X[0]) / 2) * sorted.Length / Math.Max(whole, 1e-300),
        })];

        static string Key(Observation o) => string.Join(' ', o.X.Select(x => x.ToString("r", System.Globalization.CultureInfo.InvariantCulture)));
    }
}
