using System.Diagnostics;
using System.Text.Json;
using NJsonSchema;

namespace MlNetSeqRec.Tests.Cli;

/// <summary>seqrec auto as a process of its own: what it writes, that it goes on after being killed, and that the code it writes runs.</summary>
[Collection(nameof(AutoCommandTests))]
public sealed class AutoCommandTests : IDisposable
{
    private readonly Data.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledItGoesOnAndWritesModelLeaderboardReportAndCodeThatRuns()
    {
        string data = _folder.WriteShop(users: 60), output = _folder["out"], state = Path.Combine(output, "experiment", "experiment.json");
        string[] command = [.. ChildProcess.SeqRec, "auto", "--data", data, "--train-time", "20", "--out", output, "--device", "cpu", "--json"];
        using (var killed = new ChildProcess(_folder.Root, command))
        {
            killed.WaitUntil(() => Epochs(state) > 0);
            killed.Kill();
        }

        double before = Seconds(state);
        Assert.True(before > 0);
        var clock = Stopwatch.StartNew();
        string printed = ChildProcess.OutputOf(_folder.Root, command);
        Assert.True(clock.Elapsed.TotalSeconds + before < 20 * 2, $"{before} s and {clock.Elapsed.TotalSeconds} s"); // with other tests beside it
        using JsonDocument result = JsonDocument.Parse(printed);
        string file = Path.Combine(output, "leaderboard.json");
        using JsonDocument leaderboard = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(leaderboard.RootElement.GetProperty("best").GetString(), result.RootElement.GetProperty("leaderboard").GetProperty("best").GetString());
        Assert.True(leaderboard.RootElement.GetProperty("seconds").GetDouble() > before);
        JsonSchema schema = await JsonSchema.FromFileAsync(Path.Combine(Data.Repository.Root, "data-schemas", "leaderboard.schema.json"), TestContext.Current.CancellationToken);
        string text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(text));
        Assert.NotEmpty(schema.Validate(text.Replace("\"finished\"", "\"done\"", StringComparison.Ordinal)));
        Assert.Contains("item-to-item", await File.ReadAllTextAsync(Path.Combine(output, "report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // The same history by the program and by the code.
        using JsonDocument next = JsonDocument.Parse(ChildProcess.OutputOf(_folder.Root, [.. ChildProcess.SeqRec, "recommend", "--model", Path.Combine(output, "model.zip"), "--history", "i1,i2", "--json"]));
        string?[] expected = [.. next.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString())];
        string source = $"-p:MlNetSeqRecSource={Data.Repository.Root}";
        ChildProcess.OutputOf(_folder.Root, "dotnet", "build", output, "-c", "Release", source, "-o", _folder["built"], "--nologo");
        string[] lines = ChildProcess.OutputOf(_folder.Root, "dotnet", _folder["built/Consumption.dll"], "i1", "i2").TrimEnd().Split('\n');
        Assert.Equal(expected, lines.Select(line => line.Split('\t')[0]));
    }

    [Fact]
    public void WithoutTimeForAModelTheRulesAreRankedAndItSaysSo()
    {
        // One validation alone takes longer than a second, so that none is begun.
        string output = ChildProcess.OutputOf(_folder.Root, [.. ChildProcess.SeqRec, "auto", "--data", _folder.WriteShop(users: 20_000, items: 5_000), "--train-time", "1", "--out", _folder["out"], "--device", "cpu"]);
        Assert.Contains("No model fitted in the time", output, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out/model.zip"]));
        Assert.True(File.Exists(_folder["out/leaderboard.json"]));
        Assert.True(File.Exists(_folder["out/report.html"]));
    }

    [Theory]
    [InlineData("The data have one user", 1)]
    [InlineData("--train-time is 0", 60, "--train-time", "0")]
    [InlineData("There is no model nowhere.zip", 60, "--pretrained", "nowhere.zip")]
    public void BadInputIsOneLine(string expected, int users, params string[] more)
    {
        (int code, _, string error) = ChildProcess.Run(_folder.Root, [.. ChildProcess.SeqRec, "auto", "--data", _folder.WriteShop(users: users), "--out", _folder["out"], .. more]);
        Assert.Equal(2, code);
        Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void TheCodeAsksForTheLibtorchOfThisRepository()
    {
        string packages = File.ReadAllText(Path.Combine(Data.Repository.Root, "Directory.Packages.props"));
        string version = packages.Split("<LibtorchVersion>")[1].Split('<')[0];
        Experiments.ConsumptionCode.Write(_folder.Root);
        Assert.Equal(3, File.ReadAllText(_folder["Consumption.csproj"]).Split($"Version=\"{version}\"").Length - 1);
    }

    private static int Epochs(string state) => Read(state) is { } text ? text.Split("\"trainSeconds\"").Length - 1 : 0;

    private static double Seconds(string state)
    {
        using JsonDocument document = JsonDocument.Parse(Read(state)!);
        return document.RootElement.GetProperty("seconds").GetDouble();
    }

    private static string? Read(string file) => File.Exists(file) ? File.ReadAllText(file) : null;
}
