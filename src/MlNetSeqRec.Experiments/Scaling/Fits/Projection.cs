using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>The least squares problem that is left of a law when its linear coefficients are always the best for the shape.</summary>
internal sealed class Projection
{
    private readonly ScalingLaw _law;
    private readonly IReadOnlyList<Observation> _data;
    private readonly double[] _roots;
    private readonly Vector<double> _weighted;

    public Projection(ScalingLaw law, IReadOnlyList<Observation> data)
    {
        (_law, _data) = (law, data);
        _roots = [.. data.Select(o => Math.Sqrt(o.Weight))];
        Places = Vector<double>.Build.Dense(data.Count, i => i);
        Values = Vector<double>.Build.Dense(data.Count, i => data[i].Y);
        Weights = Vector<double>.Build.Dense(data.Count, i => data[i].Weight);
        _weighted = Vector<double>.Build.Dense(data.Count, i => (data[i].Y - law.Offset) * _roots[i]);
    }

    /// <summary>0, 1, 2, …: the points are looked up by it.</summary>
    public Vector<double> Places { get; }

    public Vector<double> Values { get; }

    public Vector<double> Weights { get; }

    /// <summary>The best linear coefficients for a shape.</summary>
    public double[] Combination(double[] shape) => Solve(Basis(shape));

    /// <summary>The law's values with those.</summary>
    public Vector<double> Predict(double[] shape)
    {
        double[][] basis = Basis(shape);
        double[] combination = Solve(basis);
        double[] values = new double[_data.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = _law.Offset;
            for (int k = 0; k < combination.Length; k++)
                values[i] += basis[k][i] * combination[k];
        }

        return Vector<double>.Build.Dense(values);
    }

    public double Sse(double[] shape)
    {
        Vector<double> residuals = Values - Predict(shape);
        double sse = residuals.PointwiseMultiply(residuals).DotProduct(Weights);
        return double.IsFinite(sse) ? sse : double.PositiveInfinity;
    }

    private double[][] Basis(double[] shape)
    {
        double[][] basis = [.. Enumerable.Range(0, _law.BasisCount).Select(_ => new double[_data.Count])];
        Span<double> values = stackalloc double[_law.BasisCount];
        for (int i = 0; i < _data.Count; i++)
        {
            _law.Basis(shape, _data[i].X, values);
            for (int k = 0; k < values.Length; k++)
                basis[k][i] = values[k];
        }

        return basis;
    }

    // By QR of columns of length one, which holds where the functions are nearly alike.
    private double[] Solve(double[][] basis)
    {
        int points = _data.Count;
        double[] columns = new double[points * basis.Length], lengths = new double[basis.Length];
        for (int k = 0; k < basis.Length; k++)
        {
            Span<double> column = columns.AsSpan(k * points, points);
            TensorPrimitives.Multiply(basis[k], _roots, column);
            lengths[k] = Math.Max(1e-300, TensorPrimitives.Norm<double>(column));
            TensorPrimitives.Divide(column, lengths[k], column);
        }

        Vector<double> solution = Matrix<double>.Build.Dense(points, basis.Length, columns).QR().Solve(_weighted);
        return [.. solution.Select((value, k) => double.IsFinite(value) ? value / lengths[k] : 0)];
    }
}
