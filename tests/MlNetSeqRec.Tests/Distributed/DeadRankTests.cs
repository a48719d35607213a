using System.Text.Json;

namespace MlNetSeqRec.Tests.Distributed;

/// <summary>Ranks that die or are told to stop, and what goes on from their checkpoint.</summary>
public sealed class DeadRankTests : IDisposable
{
    private static readonly string[] _how = ["--items", "id", "--batch", "24", "--epochs", "40", "--patience", "40"];

    private readonly RankedShop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Theory]
    [InlineData(1, 2)]
    [InlineData(0, 3)]
    [InlineData(1, 1)]
    public void AKilledRankEndsTheJobAndOthersGoOn(int killed, int ranksThen)
    {
        using (MpiJob job = _shop.Start(2, "model.zip", _how))
        {
            int victim = job.ProcessOf(killed);
            job.WaitUntil(() => File.Exists(_shop["model.zip.checkpoint/checkpoint.bin"]));
            Thread.Sleep(new Random(ranksThen).Next(200)); // somewhere in a step
            MpiJob.Signal(victim, "KILL");
            (int code, _, string error) = job.Wait();
            Assert.NotEqual(0, code);
            Assert.Matches($@"rank {killed} with PID \d+ on node {Environment.MachineName} exited on signal 9", error);
            Assert.False(File.Exists(_shop["model.zip"]));
        }

        using JsonDocument resumed = ranksThen == 1 ? Alone("model.zip", "--resume") : _shop.Train(ranksThen, "model.zip", [.. _how, "--resume"]);
        using JsonDocument unbroken = _shop.Train(2, "unbroken.zip", _how);
        double[] expected = RankedShop.Losses(unbroken), losses = RankedShop.Losses(resumed);
        Assert.Equal(40, losses.Length);
        Assert.All(expected.Zip(losses), pair => Assert.Equal(pair.First, pair.Second, ranksThen == 2 ? 0 : 0.02 * pair.First));
        if (ranksThen == 2)
            Assert.Equal(_shop.Weights("unbroken.zip"), _shop.Weights("model.zip"));
    }

    [Fact]
    public void OneRankThatIsToldToStopStopsAllAtTheSameStep()
    {
        using MpiJob job = _shop.Start(2, "model.zip", _how);
        int second = job.ProcessOf(1);
        job.WaitUntil(() => File.Exists(_shop["model.zip.checkpoint/checkpoint.bin"]));
        MpiJob.Signal(second, "TERM");
        (int code, _, string error) = job.Wait();
        Assert.Equal(130, code);
        Assert.Contains("seqrec: stopped", error, StringComparison.Ordinal);
        Assert.Contains("--resume goes on from there", error, StringComparison.Ordinal);

        using JsonDocument resumed = _shop.Train(2, "model.zip", [.. _how, "--resume"]), unbroken = _shop.Train(2, "unbroken.zip", _how);
        Assert.Equal(_shop.Weights("unbroken.zip"), _shop.Weights("model.zip"));
    }

    private JsonDocument Alone(string model, params string[] more)
    {
        (int code, string output, string error) = _shop.TrainAlone(model, null, [.. _how, .. more]);
        Assert.True(code == 0, error);
        Assert.Contains("note: goes on with the batches of the 2 ranks that it began with", error, StringComparison.Ordinal);
        return JsonDocument.Parse(output);
    }
}
