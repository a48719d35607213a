using MathNet.Numerics.Distributions;
using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Tests.Scaling;

/// <summary>Runs that follow a known law.</summary>
internal static class Synthetic
{
    /// <summary>E, A, α, B, β.</summary>
    public static readonly double[] Additive = [0.2, 20, 0.5, 1.0, 0.3];

    /// <summary>a, b, c, d.</summary>
    public static readonly double[] Sigmoid = [0.3, 0.5, 30, 0.02];

    /// <summary>A grid of sizes whose best metrics follow <see cref="Additive"/> but for noise, and whose epochs rise to it.</summary>
    public static List<RunRecord> Runs(double noise, int seed)
    {
        var random = new Random(seed);
        var runs = new List<RunRecord>();
        foreach (double n in Spread(1e5, 1e8, 8))
        {
            foreach (double t in Spread(1e4, 1e8, 8))
            {
                double best = new AdditiveLaw().Evaluate(Additive, [Math.Round(n), Math.Round(t)]) + (noise * Normal.Sample(random, 0, 1));
                runs.Add(Run($"r{runs.Count}", (long)Math.Round(n), (long)Math.Round(t), best));
            }
        }

        return runs;
    }

    public static RunRecord Run(string id, long parameters, long events, double best) => new()
    {
        Id = id,
        Corpus = "synthetic",
        Events = events,
        Parameters = parameters,
        Metric = "ndcg@10",
        FlopsCount = "true",
        Device = "cpu",
        Epochs = [.. Enumerable.Range(1, 4).Select(epoch => new RunEpoch { Epoch = epoch, Flops = 6.0 * parameters * events * epoch, Value = best * epoch / 4, Loss = 10 - best, Seconds = epoch })],
    };

    public static IEnumerable<double> Spread(double from, double to, int count) =>
        Enumerable.Range(0, count).Select(i => from * Math.Pow(to / from, i / (count - 1.0)));
}
