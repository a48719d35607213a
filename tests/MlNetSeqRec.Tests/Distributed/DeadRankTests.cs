using System.Text.Json;

namespace MlNetSeqRec.Tests.Distributed;

/// <summary>Ranks that die or are told to stop, and what goes on from their checkpoint.</summary>
public sealed class DeadRankTests(DeadRankTests.Training training) : IClassFixture<DeadRankTests.Training>
{
    private const int Epochs = 16;

    private static readonly string[] _how = ["--items", "id", "--batch", "24", "--epochs", $"{Epochs}", "--patience", $"{Epochs}"];

    private readonly RankedShop _shop = training.Shop;

    /// <summary>The same training by two ranks that nothing happens to, when it is first asked for.</summary>
    public sealed class Training : IDisposable
    {
        private readonly Lazy<(double[] Losses, float[] Weights)> _unbroken;

        public Training() => _unbroken = new(() =>
        {
            using JsonDocument unbroken = Shop.Train(2, "unbroken.zip", _how);
            return (RankedShop.Losses(unbroken), Shop.Weights("unbroken.zip"));
        });

        internal RankedShop Shop { get; } = new();

        public double[] Losses => _unbroken.Value.Losses;

        public float[] Weights => _unbroken.Value.Weights;

        public void Dispose() => Shop.Dispose();
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(0, 3)]
    [InlineData(1, 1)]
    public void AKilledRankEndsTheJobAndOthersGoOn(int killed, int ranksThen)
    {
        string model = $"{killed}-then-{ranksThen}.zip";
        using (ChildProcess job = _shop.Start(2, model, _how))
        {
            int victim = MpiJob.ProcessOf(job, killed);
            job.WaitUntil(() => File.Exists(_shop[$"{model}.checkpoint/checkpoint.bin"]));
            Thread.Sleep(new Random(ranksThen).Next(200)); // somewhere in a step
            MpiJob.Signal(victim, "KILL");
            (int code, _, string error) = job.Wait();
            Assert.NotEqual(0, code);
            Assert.Matches($@"rank {killed} with PID \d+ on node {Environment.MachineName} exited on signal 9", error);
            Assert.False(File.Exists(_shop[model]));
        }

        using JsonDocument resumed = ranksThen == 1 ? Alone(model, "--resume") : _shop.Train(ranksThen, model, [.. _how, "--resume"]);
        double[] losses = RankedShop.Losses(resumed);
        Assert.Equal(Epochs, losses.Length);
        Assert.All(training.Losses.Zip(losses), pair => Assert.Equal(pair.First, pair.Second, ranksThen == 2 ? 0 : 0.02 * pair.First));
        if (ranksThen == 2)
            Assert.Equal(training.Weights, _shop.Weights(model));
    }

    [Fact]
    public void OneRankThatIsToldToStopStopsAllAtTheSameStep()
    {
        using ChildProcess job = _shop.Start(2, "stopped.zip", _how);
        int second = MpiJob.ProcessOf(job, 1);
        job.WaitUntil(() => File.Exists(_shop["stopped.zip.checkpoint/checkpoint.bin"]));
        MpiJob.Signal(second, "TERM");
        (int code, _, string error) = job.Wait();
        Assert.Equal(130, code);
        Assert.Contains("seqrec: stopped", error, StringComparison.Ordinal);
        Assert.Contains("--resume goes on from there", error, StringComparison.Ordinal);

        _shop.Train(2, "stopped.zip", [.. _how, "--resume"]).Dispose();
        Assert.Equal(training.Weights, _shop.Weights("stopped.zip"));
    }

    private JsonDocument Alone(string model, params string[] more)
    {
        (int code, string output, string error) = _shop.TrainAlone(model, null, [.. _how, .. more]);
        Assert.True(code == 0, error);
        Assert.Contains("note: goes on with the batches of the 2 ranks that it began with", error, StringComparison.Ordinal);
        return JsonDocument.Parse(output);
    }
}
