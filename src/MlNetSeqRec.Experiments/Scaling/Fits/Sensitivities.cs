using MathNet.Numerics.LinearAlgebra;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>How a fitted law's values change with its coefficients.</summary>
internal static class Sensitivities
{
    /// <summary>The (weighted) changes of all points with each free coefficient, as vectors of length one, [points, free coefficients].</summary>
    public static Matrix<double> Directions(LawFit fit, IReadOnlyList<Observation> data)
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

        return directions;
    }

    /// <summary>How far each point draws the fit to itself, 0 to 1.</summary>
    public static double[] Leverages(LawFit fit, IReadOnlyList<Observation> data)
    {
        Matrix<double> span = Directions(fit, data).QR().Q;
        return [.. span.EnumerateRows().Select(row => Math.Clamp(row.DotProduct(row), 0, 1))];
    }
}
