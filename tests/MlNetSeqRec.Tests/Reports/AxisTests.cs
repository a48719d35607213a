using MlNetSeqRec.Experiments.Reports;

namespace MlNetSeqRec.Tests.Reports;

public class AxisTests
{
    [Theory]
    [InlineData(8.65, 10.64, false)]
    [InlineData(0.0001, 0.0613, true)]
    [InlineData(5, 5, false)]
    [InlineData(0, 0, true)]
    [InlineData(-3, 1e9, false)]
    public void ValuesLieBetweenRoundEnds(double least, double greatest, bool fromZero)
    {
        var axis = Axis.Around([least, greatest], 0, 100, fromZero);
        double[] ticks = [.. axis.Ticks()];
        Assert.InRange(ticks.Length, 3, 10);
        Assert.Equal(axis.From, ticks[0], 1e-9);
        Assert.Equal(axis.To, ticks[^1], axis.To * 1e-9);
        Assert.InRange(least, axis.From, axis.To);
        Assert.InRange(greatest, axis.From, axis.To);
        Assert.Equal((0.0, 100.0), (axis.At(axis.From), axis.At(axis.To)));
    }

    [Fact]
    public void ALogarithmicAxisHasTheDecades()
    {
        var axis = Axis.Around([1, 12_101], 50, 450, isLogarithmic: true);
        Assert.Equal([1, 10, 100, 1000, 10_000, 100_000], axis.Ticks());
        Assert.Equal(50 + (400 * 0.4), axis.At(100), 1e-9);
    }
}
