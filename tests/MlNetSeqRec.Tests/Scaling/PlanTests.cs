using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Tests.Scaling;

public sealed class PlanTests
{
    private const int TokenRows = 5000;

    [Fact]
    public void APlanIsTheBestOfAllShapesForTheBudget()
    {
        List<RunRecord> runs = ShapedRuns();
        Plan plan = Planner.Make(runs, new PlanOptions { Budget = 3e13, Resamplings = 20 });

        // The law is known here, as is what each shape costs: the plan is compared with all of them.
        double best = (from width in Enumerable.Range(1, 128).Select(n => n * 4)
                       from layers in new[] { 1, 2, 4 }
                       let events = Math.Min(1e6, 3e13 / 4 / Cost(width, layers))
                       select new AdditiveLaw().Evaluate(Synthetic.Additive, [Size(width, layers).Parameters, events])).Max();
        Assert.Equal(best, plan.Predicted, 5e-4);
        Assert.Equal(4, plan.Epochs);
        Assert.Equal(plan.Parameters, Size(plan.Width!.Value, plan.Layers!.Value).Parameters);
        Assert.True(plan.Interval!.Contains(best));
        Assert.All(plan.Off, off => Assert.True(off.Loss > -1e-4));
        Assert.Empty(plan.Extrapolates);
    }

    [Fact]
    public void RunsOfOneDepthCanBePlannedFrom()
    {
        List<RunRecord> runs = [.. ShapedRuns().Where(run => run.Layers == 2)];
        Plan plan = Planner.Make(runs, new PlanOptions { Budget = 3e13, Resamplings = 0 });
        Assert.Equal(2, plan.Layers);
        Assert.InRange(Cost(plan.Width!.Value, 2) * plan.Events * plan.Epochs, 0.9 * 3e13, 1.1 * 3e13);
    }

    [Fact]
    public void APlanBeyondTheRunsIsRefusedUnlessAskedFor()
    {
        List<RunRecord> runs = ShapedRuns();
        double budget = 1000 * runs.Max(run => run.Epochs[^1].Flops);
        Assert.Contains("--extrapolate", Assert.Throws<InvalidDataException>(() => Planner.Make(runs, new PlanOptions { Budget = budget, Resamplings = 0 })).Message, StringComparison.Ordinal);
        Plan plan = Planner.Make(runs, new PlanOptions { Budget = budget, Resamplings = 0, MayExtrapolate = true });
        Assert.Contains(plan.Extrapolates, text => text.StartsWith("the budget", StringComparison.Ordinal));
    }

    [Fact]
    public void HoursAreThoseOfOneDevice()
    {
        List<RunRecord> runs = Synthetic.Runs(0.0005, 1);
        Plan plan = Planner.Make(runs, new PlanOptions { Budget = 2.0 / 3600, IsHours = true, Resamplings = 0, MayExtrapolate = true });
        Assert.Equal("hours", plan.Unit);
        runs[3] = runs[3] with { Device = "cuda:0 (another)" };
        Assert.Contains("one device", Assert.Throws<InvalidDataException>(() => Planner.Make(runs, new PlanOptions { Budget = 1, IsHours = true })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void ABudgetIsAboveZero(double budget) => Assert.Throws<ArgumentException>(() => Planner.Make(Synthetic.Runs(0, 1), new PlanOptions { Budget = budget }));

    private static NetworkSize Size(int width, int layers) => new() { Encoding = ItemEncoding.Text, Items = 100, TokenRows = TokenRows, Width = width, Layers = layers };

    private static double Cost(int width, int layers) => TrainingCost.Flops(new TrainingWork { Positions = 1000, AttentionPairs = 8000, Scores = 500_000, ItemVectors = 3000 }, width, layers) / 1000;

    private static List<RunRecord> ShapedRuns() =>
    [
        .. from width in new[] { 16, 32, 64, 128, 256, 512 }
           from layers in new[] { 1, 2, 4 }
           from events in new[] { 10_000L, 100_000, 1_000_000 }
           let size = Size(width, layers)
           let flops = Cost(width, layers) * events
           select Synthetic.Run($"w{width}-l{layers}-{events}", size.Parameters, events, new AdditiveLaw().Evaluate(Synthetic.Additive, [size.Parameters, events])) with
           {
               Width = width,
               Layers = layers,
               Heads = 4,
               Encoding = "text",
               MaximumLength = 50,
               TableParameters = size.TableParameters,
               Users = events / 10,
               Epochs = [.. Enumerable.Range(1, 4).Select(epoch => new RunEpoch { Epoch = epoch, Flops = flops * epoch, Value = new AdditiveLaw().Evaluate(Synthetic.Additive, [size.Parameters, events]) * epoch / 4, Seconds = epoch })],
           },
    ];
}
