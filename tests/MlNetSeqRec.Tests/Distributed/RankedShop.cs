using System.Text.Json;
using Microsoft.ML;

namespace MlNetSeqRec.Tests.Distributed;

/// <summary>A small shop in a folder, and <c>seqrec train</c> on it by one process or several.</summary>
internal sealed class RankedShop : IDisposable
{
    private const int Items = 40;

    private readonly Data.TemporaryFolder _folder = new();

    public RankedShop() => Write("data", 240, seed: 5);

    public string this[string name] => _folder[name];

    /// <summary>Interactions and items: each shopper walks round a ring of items.</summary>
    public void Write(string name, int users, int seed)
    {
        var random = new Random(seed);
        var rows = new List<string> { "user_id\titem_id\ttimestamp" };
        for (int u = 0; u < users; u++)
        {
            int at = random.Next(Items), length = 6 + random.Next(8);
            for (int i = 0; i < length; i++, at = (at + 1 + (random.Next(5) == 0 ? 1 : 0)) % Items)
                rows.Add($"u{u}\ti{at}\t{1_400_000_000 + i}");
        }

        Directory.CreateDirectory(_folder[name]);
        File.WriteAllLines(_folder[$"{name}/interactions.tsv"], rows);
        File.WriteAllLines(_folder[$"{name}/items.tsv"], Enumerable.Range(0, Items).Select(i => $"i{i}\tThing number{i} of{i / 4}").Prepend("item_id\ttitle"));
    }

    /// <summary>Arguments by which a process trains: small, without dropout unless it is given, so that ranks do what one does.</summary>
    public string[] Arguments(string model, params string[] more)
    {
        string[] usual = ["--dropout", "0", "--token-dropout", "0", "--warm-up", "5", "--learning-rate", "0.005"];
        return
        [
            .. ChildProcess.SeqRec, "train", "--data", "data", "--out", model, "--device", "cpu", "--json", "--width", "16", "--heads", "2", "--layers", "1",
            .. usual.Chunk(2).Where(option => !more.Contains(option[0])).SelectMany(option => option), .. more,
        ];
    }

    /// <summary>Starts ranks that train together.</summary>
    public ChildProcess Start(int ranks, string model, params string[] more) => MpiJob.Start(_folder.Root, ["-n", $"{ranks}", .. Arguments(model, more)]);

    /// <summary>Starts ranks with arguments of their own.</summary>
    public ChildProcess Start(params string[][] ranks) => MpiJob.Start(_folder.Root, [.. ranks.SelectMany((own, i) => (string[])[.. i == 0 ? [] : new[] { ":" }, "-n", "1", .. own])]);

    /// <summary>Trains to the end with ranks; what it printed.</summary>
    public JsonDocument Train(int ranks, string model, params string[] more)
    {
        using ChildProcess job = Start(ranks, model, more);
        (int code, string output, string error) = job.Wait();
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output);
    }

    /// <summary>Trains in one process, which MPI has nothing to do with.</summary>
    public (int Code, string Output, string Error) TrainAlone(string model, Dictionary<string, string>? environment, params string[] more)
    {
        using var process = new ChildProcess(_folder.Root, environment ?? [], Arguments(model, more));
        return process.Wait();
    }

    /// <summary>The weights of a model.</summary>
    public float[] Weights(string model)
    {
        SequentialRecommendationTransformer loaded = SequentialRecommendationCatalog.FindModel(new MLContext().Model.Load(_folder[model], out _));
        return [.. loaded.Model.Network.parameters().SelectMany(parameter => parameter.Values<float>())];
    }

    /// <summary>The loss of each epoch.</summary>
    public static double[] Losses(JsonDocument trained) => [.. trained.RootElement.GetProperty("history").EnumerateArray().Select(epoch => epoch.GetProperty("loss").GetDouble())];

    public void Dispose() => _folder.Dispose();
}
