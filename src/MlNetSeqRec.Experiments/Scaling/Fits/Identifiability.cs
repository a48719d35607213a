using MathNet.Numerics.LinearAlgebra;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// Whether data fix the coefficients of a law. They do not where a coefficient lies on the edge of what is allowed, where its
/// interval is wider than itself, or where changes of some coefficients make up for those of others: the collinearity index of
/// the sensitivities (Brun, Reichert and Künsch, 2001) tells by how much; from about 15 on it is too much.
/// </summary>
internal static class Identifiability
{
    private const double MostCollinear = 15;

    public static IReadOnlyList<string> Doubts(LawFit fit, IReadOnlyList<Observation> data)
    {
        var doubts = new List<string>();
        ScalingLaw law = fit.Law;
        foreach (ShapeParameter parameter in law.Shape)
        {
            double value = fit.Coefficients[law.Coefficients.ToList().IndexOf(parameter.Name)];
            if (value <= parameter.Lower * (1 + 1e-6) || value >= parameter.Upper * (1 - 1e-6))
                doubts.Add($"{parameter.Name} = {value:g4} is at the edge of what is allowed ({parameter.Lower:g4} to {parameter.Upper:g4})");
        }

        double index = CollinearityIndex(fit, data);
        if (!(index <= MostCollinear))
            doubts.Add($"the coefficients make up for each other: collinearity index {index:g3}, above {MostCollinear:g3}");
        return doubts;
    }

    /// <summary>Adds what intervals show.</summary>
    public static IReadOnlyList<string> Doubts(LawFit fit)
    {
        var doubts = fit.Doubts.ToList();
        for (int i = 0; i < fit.Intervals.Count; i++)
        {
            Interval interval = fit.Intervals[i];
            if (fit.Law.Free.Contains(i) && interval.Upper - interval.Lower > Math.Abs(fit.Coefficients[i]))
                doubts.Add($"{fit.Law.Coefficients[i]} = {fit.Coefficients[i]:g4} could be {interval.Lower:g3} to {interval.Upper:g3}");
        }

        return doubts;
    }

    /// <summary>1 / the least singular value of the sensitivities' directions: 1 for coefficients that do not disturb each other.</summary>
    private static double CollinearityIndex(LawFit fit, IReadOnlyList<Observation> data)
    {
        Matrix<double> directions = Matrix<double>.Build.Dense(data.Count, fit.Law.Free.Count);
        for (int column = 0; column < fit.Law.Free.Count; column++)
        {
            int place = fit.Law.Free[column];
            double step = 1e-5 * Math.Max(1e-8, Math.Abs(fit.Coefficients[place]));
            double[] more = [.. fit.Coefficients], less = [.. fit.Coefficients];
            more[place] += step;
            less[place] -= step;
            Vector<double> sensitivity = Vector<double>.Build.Dense(data.Count, i => Math.Sqrt(data[i].Weight) * (fit.Law.Evaluate(more, data[i].X) - fit.Law.Evaluate(less, data[i].X)));
            directions.SetColumn(column, sensitivity / Math.Max(1e-300, sensitivity.L2Norm()));
        }

        return 1 / directions.Svd(computeVectors: false).S.Minimum();
    }
}
