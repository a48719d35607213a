using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSeqRec.Tests.Cli;

/// <summary>The program as a process of its own: what it prints, and how it ends.</summary>
public sealed class CommandLineTests : IDisposable
{
    private static readonly string _program = Path.Combine(
        Data.Repository.Root, "src", "MlNetSeqRec.Cli", Path.GetRelativePath(Path.Combine(Data.Repository.Root, "tests", "MlNetSeqRec.Tests"), AppContext.BaseDirectory));

    private readonly Data.TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TrainEvaluateAndRecommendGiveTheJsonOfTheDesign()
    {
        string data = WriteShop();
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

        using JsonDocument next = Json(Run("recommend", "--model", model, "--history", "i1,i2", "--k", "3", "--json"));
        string?[] ids = [.. next.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString())];
        Assert.Equal(3, ids.Length);

        // The same lists in this process, which has not trained the model.
        ITransformer loaded = new MLContext().Model.Load(model, out _);
        IDataView row = new MLContext().Data.LoadFromEnumerable([new SmallShop.ShopperHistory { History = ["i1", "i2"] }]);
        Assert.Equal(ids, loaded.Transform(row).GetColumn<string[]>("RecommendedItems").Single().Take(3));
    }

    [Theory]
    [InlineData("unknown-verb")]
    [InlineData("train", "--data", "nowhere")]
    [InlineData("train", "--data", "nowhere", "--out", "model.zip")]
    [InlineData("evaluate", "--model", "nowhere.zip", "--data", "nowhere")]
    [InlineData("recommend", "--model", "nowhere.zip", "--history", "a")]
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
        (int code, _, string error) = Run("train", "--data", WriteShop(), "--out", Path.Combine(file, "model.zip"));
        Assert.Equal(2, code);
        Assert.Contains("cannot be written", error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderWithoutLibtorchIsNamed()
    {
        _environment["SEQREC_LIBTORCH"] = _folder.Root;
        (int code, _, string error) = Run("train", "--data", WriteShop(), "--out", _folder["model.zip"]);
        Assert.Equal(2, code);
        Assert.Contains($"SEQREC_LIBTORCH is {_folder.Root}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ALibtorchElsewhereServes()
    {
        string elsewhere = Directory.CreateDirectory(_folder["torch"]).FullName;
        foreach (string file in Directory.GetFiles(Path.Combine(_program, "libtorch")))
            File.CreateSymbolicLink(Path.Combine(elsewhere, Path.GetFileName(file)), file);
        _environment["SEQREC_LIBTORCH"] = elsewhere;
        (int code, _, string error) = Run("train", "--data", WriteShop(), "--out", _folder["model.zip"], "--epochs", "1", "--width", "16");
        Assert.True(code == 0, error);
    }

    [Fact]
    public void CudaWhereThereIsNoneIsRefused()
    {
        if (TorchSharp.torch.cuda.is_available())
            Assert.Skip("there is a CUDA device here");
        (int code, _, string error) = Run("train", "--data", WriteShop(), "--out", _folder["model.zip"], "--device", "cuda");
        Assert.Equal(2, code);
        Assert.Contains("finds no CUDA device", error, StringComparison.Ordinal);
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

    private string WriteShop()
    {
        string data = Directory.CreateDirectory(_folder["data"]).FullName;
        IEnumerable<string> rows = Enumerable.Range(0, 30).SelectMany(u => Enumerable.Range(0, 6).Select(i => $"u{u}\ti{(u + i) % 20}\t{1_400_000_000 + i}"));
        File.WriteAllText(Path.Combine(data, "interactions.tsv"), "user_id\titem_id\ttimestamp\n" + string.Join('\n', rows) + "\n");
        File.WriteAllText(Path.Combine(data, "items.tsv"), "item_id\ttitle\n" + string.Join('\n', Enumerable.Range(0, 20).Select(i => $"i{i}\tThing {i}")) + "\n");
        return data;
    }

    private static JsonDocument Json((int Code, string Output, string Error) run)
    {
        Assert.True(run.Code == 0, run.Error);
        return JsonDocument.Parse(run.Output);
    }

    private (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(_program, "seqrec.dll"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _folder.Root,
            },
        };
        foreach ((string name, string value) in _environment)
            process.StartInfo.Environment[name] = value;
        process.Start();
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
