using System.Text.Json;

namespace MlNetSeqRec.Tests.Cli;

/// <summary>The program as a process of its own: what it prints, and how it ends.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class CommandLineTests : IDisposable
{
    private readonly Data.TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TrainEvaluateAndRecommendGiveTheJsonOfTheDesign()
    {
        string data = _folder.WriteShop();
        string model = _folder["model.zip"];
        using JsonDocument trained = Json(Run("train", "--data", data, "--out", model, "--epochs", "2", "--width", "16", "--heads", "2", "--device", "cpu", "--json"));
        Assert.Equal(model, trained.RootElement.GetProperty("model").GetString());
        Assert.False(Directory.Exists(model + ".checkpoint"));

        using JsonDocument figures = Json(Run("evaluate", "--model", model, "--data", data, "--device", "cpu", "--json"));
        JsonElement root = figures.RootElement;
        Assert.Equal(30, root.GetProperty("users").GetInt32());
        foreach (string part in new[] { "all", "unseen" })
        {
            foreach (string name in new[] { "hr@5", "ndcg@5", "hr@10", "ndcg@10", "hr@20", "ndcg@20", "mrr" })
            {
                double value = root.GetProperty(part).GetProperty(name).GetDouble();
                JsonElement interval = root.GetProperty("ci95").GetProperty(part).GetProperty(name);
                Assert.InRange(value, interval[0].GetDouble(), interval[1].GetDouble());
            }
        }

        using JsonDocument report = Json(Run("report", "--model", model, "--data", data, "--out", "pages/report.html", "--shoppers", "5", "--device", "cpu", "--json"));
        Assert.Equal(root.GetProperty("unseen").GetRawText(), report.RootElement.GetProperty("unseen").GetRawText());
        string page = File.ReadAllText(_folder[report.RootElement.GetProperty("report").GetString()!]);
        Assert.Contains("all 5 shoppers", page, StringComparison.Ordinal);

        using JsonDocument next = Json(Run("recommend", "--model", model, "--history", "i1,i2", "--k", "3", "--json"));
        string?[] ids = [.. next.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString())];
        Assert.Equal(3, ids.Length);

        // The same list in a process that knows Microsoft.ML alone.
        Assert.Equal(ids, ChildProcess.RecommendedBy(model, _folder.Write("histories.txt", "i1,i2\n")).Single().Split(',').Take(3));
    }

    [Fact]
    public void ParquetOfAClusterIsPreparedAndTrainedOn()
    {
        string data = _folder.WriteShop();
        WriteParquet("lake/events/day=1/part-0.parquet", $"SELECT substr(user_id, 2)::BIGINT AS who, item_id AS what, make_timestamp(timestamp * 1000000) AS moment FROM read_csv('{data}/interactions.tsv')");
        WriteParquet("lake/items/part-0.parquet", $"SELECT item_id AS what, title FROM read_csv('{data}/items.tsv')");
        File.WriteAllText(_folder["lake/events/_SUCCESS"], "");
        string[] names = ["--user-column", "who", "--item-column", "what", "--time-column", "moment", "--json"];
        using JsonDocument prepared = Json(Run(["prepare", "--reviews", "lake/events", "--items", "lake/items", "--out", "out", "--format", "parquet", .. names]));
        Assert.Equal(180, prepared.RootElement.GetProperty("interactions").GetInt32());

        (int code, _, string error) = Run(["prepare", "--reviews", "lake/events", "--out", "out2", .. names[2..]]);
        Assert.Equal((2, $"seqrec: lake/events/day=1/part-0.parquet has no column 'user_id'; it has 'who', 'what', 'moment'."), (code, error.Trim()));

        // A folder that holds folders of parts, with the usual names, needs no preparation.
        WriteParquet("direct/interactions.parquet/part-0.parquet", $"SELECT * FROM read_csv('{data}/interactions.tsv')");
        WriteParquet("direct/items.parquet/part-0.parquet", $"SELECT * FROM read_csv('{data}/items.tsv')");
        using JsonDocument trained = Json(Run("train", "--data", "direct", "--out", "model.zip", "--epochs", "1", "--width", "16", "--heads", "2", "--device", "cpu", "--json"));
        Assert.Equal(1, trained.RootElement.GetProperty("epochs").GetInt32());
    }

    [Fact]
    public void ItemsThatTrainingNeverSawAreMeasuredAndRecommendedFromTheirText()
    {
        string data = _folder.WriteShop();
        string model = _folder["model.zip"];
        Json(Run("train", "--data", data, "--out", model, "--epochs", "2", "--width", "16", "--heads", "2", "--device", "cpu", "--cold-items", "0.3", "--id-dropout", "0.3", "--json")).Dispose();
        using JsonDocument figures = Json(Run("evaluate", "--model", model, "--data", data, "--device", "cpu", "--cold-items", "0.3", "--json"));
        JsonElement root = figures.RootElement;
        int cold = root.GetProperty("cold").GetProperty("users").GetInt32();
        Assert.InRange(cold, 1, 29);
        Assert.Equal(root.GetProperty("users").GetInt32(), cold + root.GetProperty("warm").GetProperty("users").GetInt32());
        Assert.InRange(root.GetProperty("cold").GetProperty("unseen").GetProperty("ndcg@10").GetDouble(), 0, 1);
        Assert.Equal(20, root.GetProperty("items").GetInt32());

        string items = _folder.Write("new.tsv", "item_id\ttitle\nnew1\tThing 3\nnew2\tThing 4\nnew3\t\n");
        (int code, string output, string error) = Run("recommend", "--model", model, "--history", "i1,i2", "--items", items, "--json");
        using JsonDocument next = Json((code, output, error));
        Assert.Equal(["new1", "new2"], next.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).Order());
        Assert.Contains("1 of the 3 items", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown-verb")]
    [InlineData("train", "--data", "nowhere")]
    [InlineData("train", "--data", "nowhere", "--out", "model.zip")]
    [InlineData("evaluate", "--model", "nowhere.zip", "--data", "nowhere")]
    [InlineData("pretrain", "--data", "nowhere", "--out", "model.zip")]
    [InlineData("finetune", "--model", "nowhere.zip", "--data", "nowhere", "--out", "model.zip")]
    [InlineData("finetune", "--model", "x", "--data", "x", "--out", "x", "--strategy", "half")]
    [InlineData("fisher", "--model", "nowhere.zip", "--data", "nowhere")]
    [InlineData("recommend", "--model", "nowhere.zip", "--history", "a")]
    [InlineData("report", "--model", "nowhere.zip", "--data", "nowhere")]
    [InlineData("report", "--model", "x", "--data", "x", "--shoppers", "-1")]
    [InlineData("report", "--model", "x", "--data", "x", "--out", ".")]
    [InlineData("rerank", "--model", "nowhere.zip", "--data", "nowhere", "--out", "model.zip")]
    [InlineData("similar", "--model", "nowhere.zip", "--item", "a")]
    [InlineData("prepare", "--reviews", "nowhere.json.gz", "--out", "out")]
    [InlineData("prepare", "--reviews", "x", "--out", "out", "--format", "amazon1999")]
    [InlineData("merge", "--data", "nowhere", "elsewhere", "--out", "out")]
    [InlineData("scaling", "fit")]
    [InlineData("scaling", "fit", "--runs", "nowhere")]
    [InlineData("scaling", "plan", "--runs", "nowhere", "--flops", "1e15")]
    [InlineData("scaling", "plot", "--runs", "nowhere", "--out", "out")]
    [InlineData("scaling", "sweep", "--data", "nowhere", "--out", "out")]
    [InlineData("scaling", "sweep", "--data", "nowhere", "--out", "out", "--sizes", "10,many")]
    public void ABadArgumentEndsWithOneLineAndCodeTwo(params string[] arguments)
    {
        (int code, string output, string error) = Run(arguments);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.StartsWith("seqrec: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void APresetHoldsWhereNothingElseIsGiven()
    {
        string data = _folder.WriteShop(), store = _folder["presets"];
        string[] quick = ["train", "--data", data, "--epochs", "1", "--device", "cpu", "--json", "--runs", store, "--out"];
        using JsonDocument paper = Json(Run([.. quick, _folder["srt.zip"], "--preset", "srt", "--run-id", "srt", "--width", "16"]));
        Experiments.Scaling.RunRecord run = Assert.Single(new Experiments.Scaling.RunStore(store).Read());
        Assert.Equal((300, 16, 2, "text", 1e-4), (run.Negatives, run.Width, run.Heads, run.Encoding, run.LearningRate));
        using JsonDocument several = Json(Run([.. quick, _folder["large.zip"], "--preset", "large", "--width", "16", "--members", "2"]));
        Assert.Equal(2, several.RootElement.GetProperty("members").GetInt32());
        using JsonDocument next = Json(Run("recommend", "--model", _folder["large.zip"], "--history", "i1,i2", "--k", "3", "--json"));
        Assert.Equal(3, next.RootElement.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public void PretrainFisherFinetuneAndRecommendGoTogether()
    {
        string one = _folder.WriteShop(), two = _folder.WriteShop("other");
        string pretrained = _folder["pretrained.zip"], tuned = _folder["tuned.zip"];
        using JsonDocument trained = Json(Run("pretrain", "--data", one, "--data", two, "--out", pretrained, "--epochs", "2", "--width", "16", "--heads", "2", "--device", "cpu", "--json"));
        Assert.Equal(["data", "other"], trained.RootElement.GetProperty("domains").EnumerateObject().Select(domain => domain.Name));

        string[] toTune = ["finetune", "--model", pretrained, "--data", two, "--out", tuned, "--epochs", "3", "--device", "cpu", "--json"];
        (int code, _, string error) = Run([.. toTune, "--ewc", "1"]);
        Assert.Equal(2, code);
        Assert.Contains("seqrec fisher makes it", error, StringComparison.Ordinal);
        Assert.False(File.Exists(tuned));

        using JsonDocument fisher = Json(Run("fisher", "--model", pretrained, "--data", one, two, "--examples", "4", "--json"));
        Assert.Equal(4, fisher.RootElement.GetProperty("examples").GetInt32());
        using JsonDocument further = Json(Run([.. toTune, "--ewc", "1", "--strategy", "progressive", "--epochs-per-layer", "1", "--items", "id+text", "--users-share", "0.5"]));
        Assert.Equal(15 * 3, further.RootElement.GetProperty("targetsPerEpoch").GetInt32()); // half of 30 users, each with 4 of 6 events to train on
        using JsonDocument next = Json(Run("recommend", "--model", tuned, "--history", "i1,i2", "--k", "3", "--json"));
        Assert.Equal(3, next.RootElement.GetProperty("items").GetArrayLength());
        using JsonDocument figures = Json(Run("evaluate", "--model", tuned, "--data", two, "--device", "cpu", "--json"));
        Assert.Equal(30, figures.RootElement.GetProperty("users").GetInt32());
        using JsonDocument untrained = Json(Run("finetune", "--model", tuned, "--data", one, "--out", _folder["zero-shot.zip"], "--strategy", "none", "--device", "cpu", "--json"));
        Assert.Equal(0, untrained.RootElement.GetProperty("epochs").GetInt32());

        (code, _, error) = Run([.. toTune, "--width", "32"]);
        Assert.Equal((2, 1), (code, error.TrimEnd().Split('\n').Length));
        Assert.Contains("Width 32 was asked for", error, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelIsRerankedEvaluatedAskedAndSearched()
    {
        string data = _folder.WriteShop();
        Json(Run("train", "--data", data, "--out", "model.zip", "--epochs", "1", "--width", "16", "--heads", "2", "--device", "cpu", "--no-transitions", "--no-text-similarity", "--json")).Dispose();
        using JsonDocument before = Json(Run("evaluate", "--model", "model.zip", "--data", data, "--json"));
        using JsonDocument reranked = Json(Run("rerank", "--model", "model.zip", "--data", data, "--out", "two.zip", "--candidates", "15", "--trees", "20", "--json"));
        Assert.Equal(15, reranked.RootElement.GetProperty("candidates").GetInt32());
        Assert.InRange(reranked.RootElement.GetProperty("trees").GetInt32(), 1, 20);
        using JsonDocument after = Json(Run("evaluate", "--model", "two.zip", "--data", data, "--json"));
        Assert.True(Ndcg(after) > Ndcg(before), $"{Ndcg(before)} became {Ndcg(after)}");

        using JsonDocument next = Json(Run("recommend", "--model", "two.zip", "--history", "i1,i2", "--k", "1", "--json"));
        Assert.Equal("i3", next.RootElement.GetProperty("items")[0].GetProperty("id").GetString());
        using JsonDocument similar = Json(Run("similar", "--model", "two.zip", "--item", "i1", "--k", "3", "--json"));
        Assert.Equal(3, similar.RootElement.GetProperty("items").GetArrayLength());

        Refuses("The model recommends 16 items, but only 15 candidates are re-ranked", "recommend", "--model", "two.zip", "--history", "i1", "--k", "16");
        Refuses("The model recommends 10 items, but only 9 candidates are re-ranked", "rerank", "--model", "model.zip", "--data", data, "--out", "x.zip", "--candidates", "9");
        Refuses("CandidateCount must be at least 1", "rerank", "--model", "model.zip", "--data", data, "--out", "x.zip", "--candidates", "0");
        Refuses("two.zip has a re-ranker already", "rerank", "--model", "two.zip", "--data", data, "--out", "x.zip");
        Refuses("--items needs a model without a re-ranker", "recommend", "--model", "two.zip", "--history", "i1", "--items", data);
        Refuses("The model does not know the item 'other'", "similar", "--model", "model.zip", "--item", "other");
        Refuses("--k is 0; at least 1 was expected", "similar", "--model", "model.zip", "--item", "i1", "--k", "0");

        static double Ndcg(JsonDocument figures) => figures.RootElement.GetProperty("unseen").GetProperty("ndcg@10").GetDouble();
    }

    [Fact]
    public void ScalingFitGivesTheJsonOfTheDesignAndRefusesWhatCannotBeFitted()
    {
        var store = new Experiments.Scaling.RunStore(_folder["runs"]);
        foreach (Experiments.Scaling.RunRecord run in Scaling.Synthetic.Runs(noise: 0.001, seed: 1))
            store.Append(run);
        using JsonDocument study = Json(Run("scaling", "fit", "--runs", _folder["runs"], "--bootstrap", "10", "--json"));
        foreach (JsonElement fit in study.RootElement.GetProperty("fits").EnumerateArray())
        {
            Assert.NotEmpty(fit.GetProperty("law").GetString()!);
            Assert.NotEmpty(fit.GetProperty("parameters").EnumerateObject());
            Assert.True(fit.GetProperty("sse").GetDouble() >= 0);
            Assert.True(fit.GetProperty("r2").GetDouble() <= 1);
            Assert.True(fit.GetProperty("n").GetInt32() > 0);
            Assert.Contains(fit.GetProperty("identifiable").ValueKind, new[] { JsonValueKind.True, JsonValueKind.False });
        }

        store.Append(Scaling.Synthetic.Run("failed", 1000, 1000, 0));
        (int code, string output, string error) = Run("scaling", "fit", "--runs", _folder["runs"]);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains("Run failed never had a metric above 0", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(0, Run("scaling", "fit", "--runs", _folder["runs"], "--without", "failed", "--bootstrap", "0").Code);
    }

    [Fact]
    public void AFileThatIsNoModelIsRefused()
    {
        string model = _folder.Write("model.zip", "this is no zip");
        (int code, _, string error) = Run("recommend", "--model", model, "--history", "a");
        Assert.Equal(2, code);
        Assert.Contains("is not a model that can be read", error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOutputThatCannotBeWrittenIsRefusedBeforeTraining()
    {
        string file = _folder.Write("file", "not a folder");
        (int code, _, string error) = Run("train", "--data", _folder.WriteShop(), "--out", Path.Combine(file, "model.zip"));
        Assert.Equal(2, code);
        Assert.Contains("cannot be written", error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderWithoutLibtorchIsNamed()
    {
        _environment["SEQREC_LIBTORCH"] = _folder.Root;
        (int code, _, string error) = Run("train", "--data", _folder.WriteShop(), "--out", _folder["model.zip"]);
        Assert.Equal(2, code);
        Assert.Contains($"SEQREC_LIBTORCH is {_folder.Root}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ALibtorchElsewhereServes()
    {
        string elsewhere = Directory.CreateDirectory(_folder["torch"]).FullName;
        foreach (string file in Directory.GetFiles(Path.Combine(Path.GetDirectoryName(ChildProcess.SeqRec[^1])!, "libtorch")))
            File.CreateSymbolicLink(Path.Combine(elsewhere, Path.GetFileName(file)), file);
        _environment["SEQREC_LIBTORCH"] = elsewhere;
        (int code, _, string error) = Run("train", "--data", _folder.WriteShop(), "--out", _folder["model.zip"], "--epochs", "1", "--width", "16");
        Assert.True(code == 0, error);
    }

    [Fact]
    public void CudaWhereThereIsNoneIsRefused()
    {
        if (TorchSharp.torch.cuda.is_available())
            Assert.Skip("there is a CUDA device here");
        (int code, _, string error) = Run("train", "--data", _folder.WriteShop(), "--out", _folder["model.zip"], "--device", "cuda");
        Assert.Equal(2, code);
        Assert.Contains("finds no CUDA device", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda:99", "Device 'cuda:99' was asked for")]
    [InlineData("gpu", "There is no device 'gpu'")]
    public void AModelIsLoadedToTheDeviceThatWasAskedFor(string device, string error)
    {
        string data = _folder.WriteShop();
        Json(Run("train", "--data", data, "--out", "model.zip", "--epochs", "1", "--width", "16", "--heads", "2", "--device", "cpu", "--no-transitions", "--no-text-similarity", "--json")).Dispose();
        Json(Run("evaluate", "--model", "model.zip", "--data", data, "--device", "cpu", "--json")).Dispose();
        Refuses(error, "evaluate", "--model", "model.zip", "--data", data, "--device", device);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("train", "--help")]
    public void HelpExplains(params string[] arguments)
    {
        (int code, string output, _) = Run(arguments);
        Assert.Equal(0, code);
        Assert.Contains("--", output, StringComparison.Ordinal);
    }

    private void Refuses(string expected, params string[] arguments)
    {
        (int code, _, string error) = Run(arguments);
        Assert.Equal(2, code);
        Assert.StartsWith("seqrec: " + expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private void WriteParquet(string name, string select)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        using var connection = new DuckDB.NET.Data.DuckDBConnection("DataSource=:memory:");
        connection.Open();
        MlNetSeqRec.Data.Sql.Execute(connection, $"COPY ({select}) TO '{_folder[name]}' (FORMAT parquet)", TestContext.Current.CancellationToken);
    }

    private static JsonDocument Json((int Code, string Output, string Error) run)
    {
        Assert.True(run.Code == 0, run.Error);
        return JsonDocument.Parse(run.Output);
    }

    private (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var process = new ChildProcess(_folder.Root, _environment, [.. ChildProcess.SeqRec, .. arguments]);
        return process.Wait();
    }
}
