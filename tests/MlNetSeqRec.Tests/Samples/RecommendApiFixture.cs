using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using MlNetSeqRec.Samples.RecommendApi;
using MlNetSeqRec.Tests.Data;

namespace MlNetSeqRec.Tests.Samples;

/// <summary>The service on a free port of the loopback interface, and two models that answer differently.</summary>
public sealed class RecommendApiFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication? _app;

    public HttpClient Http { get; } = new();

    public string Served => _folder["model.zip"];

    public string First => _folder["first.zip"];

    public string Second => _folder["second.zip"];

    /// <summary>What each file's model recommends after i3, i4, as a program that loads it gets it.</summary>
    public Dictionary<string, string[]> Expected { get; } = [];

    internal ModelReloader Models => _app!.Services.GetRequiredService<ModelReloader>();

    public async ValueTask InitializeAsync()
    {
        var ml = new MLContext(1);
        foreach ((string path, int seed) in new[] { (First, 1), (Second, 2) })
        {
            (ITransformer chain, _, SequenceSplit split) = SmallShop.Train(ml, o => (o.Epochs, o.Seed) = (2, seed), keys: seed == 2);
            ml.Model.Save(chain, split.Train.Schema, path);
            Expected[path] = ml.Model.CreatePredictionEngine<SmallShop.ShopperHistory, SmallShop.Recommendation>(ml.Model.Load(path, out _))
                .Predict(new() { History = ["i3", "i4"] }).RecommendedItems;
        }

        Assert.NotEqual(Expected[First], Expected[Second]);
        File.Copy(First, Served);
        _app = RecommendService.Build(["--model", Served, "--urls", "http://127.0.0.1:0", "--ReloadSeconds", "0.05", "--Logging:LogLevel:Default", "None"]);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Http.BaseAddress = new Uri(_app.Urls.Single());
    }

    /// <summary>Puts a file in the model's place, whole at once.</summary>
    public void Serve(string path)
    {
        File.Copy(path, Served + ".tmp", overwrite: true);
        File.SetLastWriteTimeUtc(Served + ".tmp", DateTime.UtcNow);
        File.Move(Served + ".tmp", Served, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        _folder.Dispose();
    }
}
