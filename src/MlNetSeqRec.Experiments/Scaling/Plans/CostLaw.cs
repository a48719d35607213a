using MathNet.Numerics;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>What an event costs in one epoch, by the parameters: cost = K · N^Gamma, in FLOPs or in seconds.</summary>
/// <param name="K">The factor.</param>
/// <param name="Gamma">The exponent.</param>
/// <param name="R2">The share of the variance of ln cost that it explains; 1 where it was given.</param>
public sealed record CostLaw(double K, double Gamma, double R2 = 1)
{
    /// <summary>Fitted to what runs cost, as a line in logarithms.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="costOf">A run's cost up to the end of an epoch.</param>
    /// <exception cref="InvalidDataException">All runs have the same parameters.</exception>
    public static CostLaw Of(IReadOnlyList<RunRecord> runs, Func<RunEpoch, double> costOf)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Select(run => run.Parameters).Distinct().Count() < 2)
            throw new InvalidDataException($"What runs cost cannot be told from their size: all {runs.Count} have the same parameters");
        double[] n = [.. runs.Select(run => Math.Log(run.Parameters))];
        double[] cost = [.. runs.Select(run => Math.Log(costOf(run.Epochs[^1]) / run.Epochs[^1].Epoch / run.Events))];
        (double intercept, double slope) = Fit.Line(n, cost);
        return new CostLaw(Math.Exp(intercept), slope, GoodnessOfFit.RSquared(n.Select(x => intercept + (slope * x)), cost));
    }
}
