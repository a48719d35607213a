using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// Weighted least squares for a <see cref="ScalingLaw"/>: Levenberg and Marquardt's method over the shape, with the linear
/// coefficients eliminated (variable projection; Golub and Pereyra, 1973), from several starts.
/// </summary>
public static class LawFitting
{
    private const int MostReweightings = 50;
    private const double HuberWidth = 1.345;

    /// <summary>The best coefficients.</summary>
    /// <exception cref="InvalidDataException">There are too few points, they have one size only, or some are no numbers.</exception>
    public static LawFit Fit(ScalingLaw law, IReadOnlyList<Observation> data, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(law);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new FitOptions();
        Check(law, data);
        double[] shape = Search(law, data, options.Starts ?? [.. law.Starts(data)]);
        if (options.IsRobust)
            (shape, data) = Reweight(law, data, shape);
        var problem = new Projection(law, data);
        LawFit fit = LawFit.Compare(law, law.ToCoefficients(shape, problem.Combination(shape)), data);
        return fit with { Doubts = Identifiability.Doubts(fit, data) };
    }

    internal static double[] ShapeOf(LawFit fit) =>
        [.. fit.Law.Shape.Select(parameter => fit.Coefficients[fit.Law.Coefficients.ToList().IndexOf(parameter.Name)])];

    private static void Check(ScalingLaw law, IReadOnlyList<Observation> data)
    {
        foreach (Observation o in data)
        {
            if (!double.IsFinite(o.Y) || o.X.Any(x => !double.IsFinite(x)) || !(o.Weight > 0))
                throw new InvalidDataException($"The {law.Name} law cannot be fitted: a point at ({string.Join(", ", o.X)}) has the value {o.Y} and the weight {o.Weight}; finite numbers were expected");
        }

        if (data.Count < law.Free.Count)
            throw new InvalidDataException($"The {law.Name} law has {law.Free.Count} coefficients to fit, and there are only {data.Count} points: more runs are needed");
        for (int i = 0; i < law.Inputs.Count; i++)
        {
            if (data.Select(o => o.X[i]).Distinct().Count() < 2)
                throw new InvalidDataException($"The {law.Name} law cannot be fitted: all {data.Count} points have the same {law.Inputs[i]}, {data[0].X[i]:g6}; at least two different sizes are needed");
        }
    }

    private static double[] Search(ScalingLaw law, IReadOnlyList<Observation> data, IReadOnlyList<double[]> starts)
    {
        var problem = new Projection(law, data);
        if (law.Shape.Count == 0)
            return [];
        (double[] best, double error) = ([], double.PositiveInfinity);
        foreach (double[] start in starts)
            Try(start, new bool[start.Length]);

        // A minimum on the edge is approached ever more slowly: exponents are also held at their least value.
        for (int i = 0; i < law.Shape.Count && law.Shape.Count > 1; i++)
        {
            if (best[i] > 4 * law.Shape[i].Lower)
                continue;
            double[] start = [.. best];
            start[i] = law.Shape[i].Lower;
            var isFixed = new bool[start.Length];
            isFixed[i] = true;
            Try(start, isFixed);
        }

        return best;

        void Try(double[] start, bool[] isFixed)
        {
            double[] found = Descend(law, problem, start, isFixed);
            double sse = problem.Sse(found);
            if (sse < error)
                (best, error) = (found, sse);
        }
    }

    private static double[] Descend(ScalingLaw law, Projection problem, double[] start, bool[] isFixed)
    {
        int[] free = [.. Enumerable.Range(0, start.Length).Where(i => !isFixed[i])];
        double[] Full(Vector<double> some)
        {
            double[] all = [.. start];
            for (int i = 0; i < free.Length; i++)
                all[free[i]] = some[i];
            return all;
        }

        Vector<double> Of(Func<ShapeParameter, double> bound) => Vector<double>.Build.DenseOfEnumerable(free.Select(i => bound(law.Shape[i])));
        Vector<double> lower = Of(parameter => parameter.Lower), upper = Of(parameter => parameter.Upper);
        Vector<double> from = Vector<double>.Build.Dense(free.Length, i =>
        {
            double margin = 1e-6 * (upper[i] - lower[i]); // the method has no gradient on the edge itself
            return Math.Clamp(start[free[i]], lower[i] + margin, upper[i] - margin);
        });
        IObjectiveModel model = ObjectiveFunction.NonlinearModel((shape, _) => problem.Predict(Full(shape)), problem.Places, problem.Values, problem.Weights);
        NonlinearMinimizationResult result = new LevenbergMarquardtMinimizer(gradientTolerance: 1e-12, stepTolerance: 1e-9, functionTolerance: 1e-12, maximumIterations: 200)
            .FindMinimum(model, from, lower, upper);
        double[] found = Full(result.MinimizingPoint);
        return found.All(double.IsFinite) ? found : start;
    }

    private static (double[] Shape, IReadOnlyList<Observation> Data) Reweight(ScalingLaw law, IReadOnlyList<Observation> data, double[] shape)
    {
        IReadOnlyList<Observation> weighted = data;
        double before = double.PositiveInfinity;
        for (int i = 0; i < MostReweightings; i++)
        {
            double[] coefficients = law.ToCoefficients(shape, new Projection(law, weighted).Combination(shape));
            double[] residuals = [.. data.Select(o => Math.Abs(o.Y - law.Evaluate(coefficients, o.X)))];
            double scale = 1.4826 * residuals.Order().ElementAt(residuals.Length / 2);
            double loss = residuals.Zip(data, (r, o) => o.Weight * (r <= HuberWidth * scale ? r * r : (2 * HuberWidth * scale * r) - (HuberWidth * scale * HuberWidth * scale))).Sum();
            if (scale == 0 || Math.Abs(before - loss) <= 1e-12 * loss)
                break;
            before = loss;
            weighted = [.. data.Select((o, n) => o with { Weight = o.Weight * Math.Min(1, HuberWidth * scale / Math.Max(residuals[n], 1e-300)) })];
            shape = Search(law, weighted, [shape]);
        }

        return (shape, weighted);
    }
}
