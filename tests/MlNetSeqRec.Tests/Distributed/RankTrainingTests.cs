using System.Text.Json;

namespace MlNetSeqRec.Tests.Distributed;

/// <summary>Several processes that train one model, as mpirun starts them.</summary>
public sealed class RankTrainingTests : IDisposable
{
    private readonly RankedShop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Theory]
    [InlineData(2, "--items", "id+text")]
    [InlineData(3, "--items", "id", "--negatives", "20")]
    [InlineData(2, "--items", "text", "--negatives", "20", "--negative-sampling", "co-counts")]
    public void RanksTrainAsOneProcessDoesWithAllTheirPositions(int ranks, params string[] how)
    {
        string[] common = [.. how, "--epochs", "4"];
        using JsonDocument together = _shop.Train(ranks, "together.zip", [.. common, "--batch", "120"]);
        using JsonDocument alone = Alone("alone.zip", [.. common, "--batch", $"{120 * ranks}"]);
        Assert.Equal(ranks, together.RootElement.GetProperty("ranks").GetInt32());
        Assert.Equal(4, RankedShop.Losses(alone).Length);
        Assert.All(RankedShop.Losses(alone).Zip(RankedShop.Losses(together)), losses => Assert.Equal(losses.First, losses.Second, 1e-4 * losses.First));
        Assert.Equal(Ndcg(alone), Ndcg(together), 1e-3);
        Assert.All(_shop.Weights("alone.zip").Zip(_shop.Weights("together.zip")), weights => Assert.Equal(weights.First, weights.Second, 0.01f));
    }

    [Fact]
    public void WithDropoutRanksLearnAsWellAndAreRepeatable()
    {
        string[] how = ["--items", "id+text", "--epochs", "8", "--dropout", "0.2", "--token-dropout", "0.2"];
        using JsonDocument first = _shop.Train(2, "first.zip", [.. how, "--batch", "120"]), second = _shop.Train(2, "second.zip", [.. how, "--batch", "120"]), alone = Alone("alone.zip", [.. how, "--batch", "240"]);
        Assert.Equal(_shop.Weights("first.zip"), _shop.Weights("second.zip"));
        Assert.NotEqual(_shop.Weights("first.zip"), _shop.Weights("alone.zip")); // other values are dropped
        Assert.InRange(RankedShop.Losses(first)[^1], 0.9 * RankedShop.Losses(alone)[^1], 1.1 * RankedShop.Losses(alone)[^1]);
    }

    [Fact]
    public void MoreRanksThanHistoriesInAStepDoNoHarm()
    {
        _shop.Write("data", 80, seed: 5);
        using JsonDocument together = _shop.Train(4, "together.zip", "--items", "id", "--epochs", "1", "--batch", "3");
        using JsonDocument alone = Alone("alone.zip", "--items", "id", "--epochs", "1", "--batch", "12");
        Assert.Equal(RankedShop.Losses(alone)[0], RankedShop.Losses(together)[0], 1e-3 * RankedShop.Losses(alone)[0]);
    }

    [Fact]
    public void OnlyUsedRowsOfALargeTableAreSent()
    {
        _shop.Write("data", 80, seed: 5);
        using JsonDocument all = _shop.Train(2, "all.zip", "--items", "id", "--epochs", "1", "--batch", "20");
        using JsonDocument some = _shop.Train(2, "some.zip", "--items", "id", "--epochs", "1", "--batch", "20", "--negatives", "3");
        long saved = all.RootElement.GetProperty("exchangedBytesPerStep").GetInt64() - some.RootElement.GetProperty("exchangedBytesPerStep").GetInt64();
        Assert.InRange(saved, 10 * 16 * sizeof(float), 40 * 16 * sizeof(float)); // of 40 rows at least 10
    }

    [Fact]
    public void ATimeLimitEndsAllRanks()
    {
        using JsonDocument trained = _shop.Train(2, "model.zip", "--items", "id", "--epochs", "100000", "--patience", "100000", "--batch", "120", "--time-limit", "2");
        Assert.Equal("time limit", trained.RootElement.GetProperty("ended").GetString());
        Assert.True(File.Exists(_shop["model.zip"]));
    }

    [Fact]
    public void SeveralMembersAndPreTrainingWorkTogetherToo()
    {
        using JsonDocument members = _shop.Train(2, "members.zip", "--items", "id", "--epochs", "2", "--batch", "120", "--members", "2");
        Assert.Equal(2, members.RootElement.GetProperty("members").GetInt32());
        _shop.Write("other", 120, seed: 9);
        string[] pretrain = [.. _shop.Arguments("pretrained.zip", "--items", "text", "--epochs", "2", "--batch", "120", "--data", "other")];
        pretrain[2] = "pretrain";
        using ChildProcess job = _shop.Start(pretrain, pretrain);
        (int code, string output, string error) = job.Wait();
        Assert.True(code == 0, error);
        using JsonDocument pretrained = JsonDocument.Parse(output);
        Assert.Equal(2, pretrained.RootElement.GetProperty("domains").EnumerateObject().Count());
    }

    [Fact]
    public void RanksOfOtherOptionsAreRefusedBeforeTheFirstStep()
    {
        using ChildProcess job = _shop.Start(_shop.Arguments("model.zip", "--seed", "1"), _shop.Arguments("model.zip", "--seed", "2", "--learning-rate", "0.25"));
        (int code, string output, string error) = job.Wait();
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains("rank 1 on ", error, StringComparison.Ordinal);
        Assert.Contains("has rate 0.25, seed 2 where rank 0 on", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n'), line => line.StartsWith("seqrec: ", StringComparison.Ordinal));
        Assert.False(File.Exists(_shop["model.zip"]));
    }

    [Fact]
    public void RanksWithOtherDataAreRefused()
    {
        _shop.Write("other", 240, seed: 6);
        string[] other = _shop.Arguments("model.zip");
        other[Array.IndexOf(other, "data")] = "other";
        using ChildProcess job = _shop.Start(_shop.Arguments("model.zip"), other);
        (int code, _, string error) = job.Wait();
        Assert.Equal(2, code);
        Assert.Matches("rank 1 on .* has .*data fingerprint [0-9A-F]{16} where rank 0", error);
    }

    [Fact]
    public void AnErrorOfOneRankEndsTheJobAndNamesIt()
    {
        string[] lost = _shop.Arguments("model.zip");
        lost[Array.IndexOf(lost, "data")] = "nowhere";
        using ChildProcess job = _shop.Start(_shop.Arguments("model.zip"), lost);
        (int code, _, string error) = job.Wait();
        Assert.Equal(2, code);
        Assert.Contains($"seqrec: rank 1 of 2 on {Environment.MachineName}: ", error, StringComparison.Ordinal);
        Assert.Contains("nowhere", error, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutMpiOneLineSaysHowToGetIt()
    {
        var environment = new Dictionary<string, string> { ["SEQREC_MPI"] = "/nowhere/libmpi.so", ["OMPI_COMM_WORLD_SIZE"] = "2" };
        (int code, string output, string error) = _shop.TrainAlone("model.zip", environment);
        Assert.Equal((2, string.Empty), (code, output));
        string line = Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains("apt-get install openmpi-bin", line, StringComparison.Ordinal);

        environment["SEQREC_MPI"] = "libc.so.6";
        Assert.Contains("is not Open MPI's library", _shop.TrainAlone("model.zip", environment).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AProcessByItselfNeverLooksForMpi()
    {
        (int code, _, string error) = _shop.TrainAlone("model.zip", new Dictionary<string, string> { ["SEQREC_MPI"] = "/nowhere/libmpi.so" }, "--epochs", "1");
        Assert.True(code == 0, error);
    }

    private static double Ndcg(JsonDocument trained) => trained.RootElement.GetProperty("validation").GetProperty("ndcg@10").GetDouble();

    private JsonDocument Alone(string model, params string[] more)
    {
        (int code, string output, string error) = _shop.TrainAlone(model, null, more);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output);
    }
}
