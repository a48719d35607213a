namespace MlNetSeqRec.Tests.Training;

public sealed class MemberTrainingTests
{
    [Theory]
    [InlineData(100, 1)] // the first takes all of it
    [InlineData(70, 1)]
    [InlineData(50, 2)]
    [InlineData(30, 3)] // a tenth of the time is left
    [InlineData(26, 4)] // the last has 22 s, enough to be worth it
    [InlineData(10, 4)]
    public void AnotherNetworkIsBegunOnlyWithTimeForIt(double needed, int expected)
    {
        var limits = new List<double>();
        var options = new SequentialTransformerOptions { Members = 4, TimeLimit = TimeSpan.FromSeconds(100) };
        (IReadOnlyList<SequentialNetwork> networks, TrainingSummary summary) = MemberTraining.Run(options, own =>
        {
            limits.Add(own.TimeLimit!.Value.TotalSeconds);
            return (null!, new TrainingSummary { Seconds = Math.Min(needed, own.TimeLimit.Value.TotalSeconds), Ended = "done" });
        });
        Assert.Equal(expected, networks.Count);
        Assert.Equal(Enumerable.Range(0, expected).Select(member => 100 - (member * needed)), limits);
        Assert.Equal(expected == 4 ? "done" : $"done; time for {expected} of 4 networks", summary.Ended);
        Assert.Equal(Math.Min(100, expected * needed), summary.Seconds, 6);
    }

    [Fact]
    public void WithoutALimitAllAreTrainedEachFromItsOwnSeed()
    {
        var seeds = new HashSet<int>();
        var options = new SequentialTransformerOptions { Members = 3, Seed = 5 };
        Assert.Equal(3, MemberTraining.Run(options, own =>
        {
            Assert.Null(own.TimeLimit);
            seeds.Add(own.Seed);
            return (null!, new TrainingSummary { Seconds = 1000, Ended = "done" });
        }).Networks.Count);
        Assert.Equal(3, seeds.Count);
    }
}
