using MathNet.Numerics.Distributions;
using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Tests.Scaling;

[Collection(nameof(FittingTests))]
public sealed class FittingTests
{
    [Fact]
    public void CoefficientsOfTheAdditiveLawLieInTheirIntervals()
    {
        var inside = new int[5];
        for (int draw = 0; draw < 100; draw++)
        {
            IReadOnlyList<Observation> points = RunObservations.Best(Synthetic.Runs(noise: 0.0005, seed: draw));
            LawFit fit = Resampling.OverPoints(LawFitting.Fit(new AdditiveLaw(), points), points, times: 200, seed: draw);
            for (int i = 0; i < 5; i++)
                inside[i] += fit.Intervals[i].Contains(Synthetic.Additive[i]) ? 1 : 0;

            var allocation = new Allocation(fit.Coefficients, new CostLaw(6, 1), 1);
            Assert.Equal(0.3 / 0.8, allocation.ParametersExponent, 0.02);
            Assert.Equal(0.5 / 0.8, allocation.EventsExponent, 0.02);
        }

        Assert.All(inside, count => Assert.InRange(count, 90, 100));
    }

    [Fact]
    public void CoefficientsOfTheSigmoidLieInTheirIntervals()
    {
        var inside = new int[4];
        for (int draw = 0; draw < 100; draw++)
        {
            var random = new Random(draw);
            Observation[] points = [.. Enumerable.Range(0, 60).Select(i => 22 + (i * 0.3)).Select(x => new Observation([x], new SigmoidLaw().Evaluate(Synthetic.Sigmoid, [x]) + Normal.Sample(random, 0, 0.002)))];
            LawFit fit = Resampling.OverPoints(LawFitting.Fit(new SigmoidLaw(), points), points, times: 200, seed: draw);
            for (int i = 0; i < 4; i++)
                inside[i] += fit.Intervals[i].Contains(Synthetic.Sigmoid[i]) ? 1 : 0;
        }

        Assert.All(inside, count => Assert.InRange(count, 90, 100));
    }

    [Fact]
    public void APowerLawOfTheLossIsFound()
    {
        Observation[] points = [.. Synthetic.Spread(1e12, 1e18, 30).Select(flops => new Observation([flops], 2 + (400 * Math.Pow(flops, -0.15))))];
        LawFit fit = LawFitting.Fit(new PowerLaw("flops"), points);
        Assert.Equal(2, fit.Coefficients[0], 1e-4);
        Assert.Equal(0.15, fit.Coefficients[2], 1e-5);
        Assert.Equal(1, fit.Coefficients[1] / 400, 1e-3);
    }

    [Fact]
    public void ARobustFitPassesOverFailedRuns()
    {
        List<RunRecord> runs = Synthetic.Runs(noise: 0.0005, seed: 1);
        for (int i = 0; i < runs.Count; i += 9)
            runs[i] = Synthetic.Run(runs[i].Id, runs[i].Parameters, runs[i].Events, 0.01);
        IReadOnlyList<Observation> points = RunObservations.Best(runs);
        double Error(FitOptions options) => Synthetic.Runs(0, 1).Max(run => Math.Abs(run.Best().Value!.Value - LawFitting.Fit(new AdditiveLaw(), points, options).Predict(run.Parameters, run.Events)));
        Assert.True(Error(new FitOptions { IsRobust = true }) < 0.2 * Error(new FitOptions()));
    }

    [Fact]
    public void AWeightCountsAsSoManyPoints()
    {
        IReadOnlyList<Observation> points = RunObservations.Best(Synthetic.Runs(noise: 0.002, seed: 3));
        LawFit weighted = LawFitting.Fit(new AdditiveLaw(), [.. points.Select((o, i) => o with { Weight = 1 + (i % 3) })]);
        LawFit repeated = LawFitting.Fit(new AdditiveLaw(), [.. points.SelectMany((o, i) => Enumerable.Repeat(o, 1 + (i % 3)))]);
        Assert.Equal(repeated.Sse, weighted.Sse, 1e-9);
        Assert.Equal(repeated.Predict(1e7, 1e7), weighted.Predict(1e7, 1e7), 1e-6);
    }

    // Nearly all of the curve: both plateaus and the rise.
    [Fact]
    public void WhatTheDataFixIsIdentifiable()
    {
        Observation[] whole = [.. Enumerable.Range(0, 200).Select(i => 15 + (i * 0.15)).Select(x => new Observation([x], new SigmoidLaw().Evaluate(Synthetic.Sigmoid, [x]) + (0.001 * Math.Sin(7 * x))))];
        Assert.Empty(LawFitting.Fit(new SigmoidLaw(), whole).Doubts);
        Observation[] part = [.. whole.Where(o => o.X[0] is > 31 and < 35)];
        Assert.NotEmpty(LawFitting.Fit(new SigmoidLaw(), part).Doubts);
    }

    [Fact]
    public void PointsThatCannotBeFittedAreRefused()
    {
        Observation[] few = [.. RunObservations.Best(Synthetic.Runs(0, 1)).Take(4)];
        Assert.Contains("5 coefficients", Assert.Throws<InvalidDataException>(() => LawFitting.Fit(new AdditiveLaw(), few)).Message, StringComparison.Ordinal);
        Observation[] oneSize = [.. RunObservations.Best(Synthetic.Runs(0, 1)).Select(o => o with { X = [1e6, o.X[1]] })];
        Assert.Contains("the same parameters, 1e+06", Assert.Throws<InvalidDataException>(() => LawFitting.Fit(new AdditiveLaw(), oneSize)).Message, StringComparison.Ordinal);
        Observation[] noNumber = [.. RunObservations.Best(Synthetic.Runs(0, 1)).Select(o => o with { Y = double.NaN })];
        Assert.Contains("NaN", Assert.Throws<InvalidDataException>(() => LawFitting.Fit(new AdditiveLaw(), noNumber)).Message, StringComparison.Ordinal);
    }
}
