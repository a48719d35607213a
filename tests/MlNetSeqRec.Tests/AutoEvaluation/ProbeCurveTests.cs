using MlNetSeqRec.Experiments;

namespace MlNetSeqRec.Tests.AutoEvaluation;

public sealed class ProbeCurveTests
{
    private static readonly TrainingEpoch[] _epochs = [Epoch(1, 10, 0.1), Epoch(2, 20, 0.3), Epoch(3, 30, 0.2)];

    [Theory]
    [InlineData(5, 0.05)]
    [InlineData(10, 0.1)]
    [InlineData(15, 0.2)]
    [InlineData(25, 0.3)]
    [InlineData(99, 0.3)]
    public void TheBestFigureUpToATime(double seconds, double expected) => Assert.Equal(expected, ProbeCurve.At(_epochs, seconds)!.Value, 1e-9);

    [Fact]
    public void WithoutAnEpochThereIsNone() => Assert.Null(ProbeCurve.At([], 10));

    [Fact]
    public void EpochsThatAreMadeAgainTakeThePlaceOfTheFormer()
    {
        var record = new CandidateRecord { Name = "a" };
        foreach (TrainingEpoch epoch in _epochs)
            record.Add(epoch);
        record.Add(Epoch(2, 21, 0.4));
        Assert.Equal([10, 21], record.Epochs.Select(epoch => epoch.Seconds));
        Assert.Equal(0.4, record.BestNdcg);
    }

    private static TrainingEpoch Epoch(int number, double seconds, double ndcg) => new() { Epoch = number, Loss = 1, TrainSeconds = 9, Seconds = seconds, ValidationNdcg = ndcg };
}
