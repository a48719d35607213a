using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using MlNetSeqRec.Samples.RecommendApi;

namespace MlNetSeqRec.Tests.Samples;

public class RecommendApiTests(RecommendApiFixture service) : IClassFixture<RecommendApiFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AHistoryGetsWhatTheModelRecommendsAndUnknownIdsAreNamed()
    {
        await UseAsync(service.First);
        RecommendResponse answer = await AskAsync("""{"history": ["i3", "nothing", "i4", "nothing"], "k": 4}""");
        Assert.Equal(service.Expected[service.First].Take(4), answer.Items.Select(item => item.Id));
        Assert.Equal(["nothing"], answer.Ignored);
        Assert.StartsWith("Thing number", answer.Items[0].Title, StringComparison.Ordinal);
        Assert.Equal(answer.Items.Select(item => item.Score).OrderDescending(), answer.Items.Select(item => item.Score));
        Assert.False(answer.IsPopularityFallback);
        Assert.Equal(10, (await AskAsync("""{"history": ["i3"]}""")).Items.Count);
    }

    [Theory]
    [InlineData("""{"history": []}""", 0)]
    [InlineData("""{"history": ["a", "b"]}""", 2)]
    public async Task WithoutAKnownItemPopularOnesAreGiven(string body, int ignored)
    {
        RecommendResponse answer = await AskAsync(body);
        Assert.True(answer.IsPopularityFallback);
        Assert.Equal((10, ignored), (answer.Items.Count, answer.Ignored.Count));
    }

    [Theory]
    [InlineData("{\"history\": [\"i1\"", "not what was expected")]
    [InlineData("", "not what was expected")]
    [InlineData("[1, 2]", "not what was expected")]
    [InlineData("{\"history\": \"i1\"}", "$.history")]
    [InlineData("{\"history\": [1]}", "$.history[0]")]
    [InlineData("{\"histroy\": [\"i1\"]}", "histroy")]
    [InlineData("{\"history\": [\"i1\"], \"k\": 1e9}", "$.k")]
    [InlineData("{\"history\": [\"i1\"], \"k\": 0}", "k is 0; this model recommends 1 to 10 items")]
    [InlineData("{\"history\": [\"i1\"], \"k\": 11}", "k is 11")]
    [InlineData("null", "There is no history")]
    [InlineData("{}", "There is no history")]
    [InlineData("{\"history\": [\"i1\", null]}", "history[1] is empty")]
    [InlineData("{\"history\": [\"\"]}", "history[0] is empty")]
    public async Task AWrongRequestIs400WithWhatIsWrong(string body, string message) => await RefusedAsync(HttpStatusCode.BadRequest, body, message);

    [Fact]
    public async Task AHistoryOfTenThousandItemsIsRefused()
    {
        string body = JsonSerializer.Serialize(new { history = Enumerable.Range(0, 10_000).Select(i => $"B{i:000000000}") });
        await RefusedAsync(HttpStatusCode.BadRequest, body, "The history has 10,000 items; at most 1,000 are taken");
        RecommendResponse whole = await AskAsync(JsonSerializer.Serialize(new { history = Enumerable.Range(0, 1000).Select(i => $"i{i % SmallShop.Items}") }));
        Assert.Empty(whole.Items); // every item was had
    }

    [Fact]
    public async Task ABodyOrAnIdThatIsTooLongIsRefused()
    {
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, $$"""{"history": ["{{new string('x', 300_000)}}"]}""", "longer than 262,144 bytes");
        await RefusedAsync(HttpStatusCode.BadRequest, $$"""{"history": ["i1", "{{new string('x', 201)}}"]}""", "history[1] is longer than 200 characters");
    }

    [Fact]
    public async Task OtherTypesMethodsAndPathsGetProblemsToo()
    {
        await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "history=i1", "must be JSON", "application/x-www-form-urlencoded");
        using HttpResponseMessage get = await service.Http.GetAsync(new Uri("/recommend", UriKind.Relative), Stop);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "application/problem+json"), (get.StatusCode, get.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task AModelIsSwappedWhileRequestsGoOn()
    {
        await UseAsync(service.First);
        ServedModel old = service.Models.Hold()!;
        using var end = new CancellationTokenSource();
        Task<HashSet<string>>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var seen = new HashSet<string>();
            while (!end.IsCancellationRequested)
            {
                RecommendResponse answer = await AskAsync("""{"history": ["i3", "i4"]}""");
                string[] ids = [.. answer.Items.Select(item => item.Id)];
                Assert.Equal(service.Expected[answer.Model == old.Name ? service.First : service.Second], ids);
                seen.Add(answer.Model);
            }

            return seen;
        }))];
        await UseAsync(service.Second);
        await Task.Delay(100, Stop);
        await end.CancelAsync();
        Assert.All(await Task.WhenAll(clients), seen => Assert.NotEmpty(seen));
        Assert.NotEqual(old.Name, (await HealthAsync()).Model);

        // Held by this test alone, the old model still answers; then it is freed.
        Assert.Equal(service.Expected[service.First], old.Predict(["i3", "i4"]).RecommendedItems);
        Assert.True(old.IsAlive);
        old.Release();
        Assert.False(old.IsAlive);
        Assert.False(old.TryHold());
    }

    [Fact]
    public async Task ABrokenFileKeepsTheModelAndIsReported()
    {
        await UseAsync(service.First);
        string? name = (await HealthAsync()).Model;
        foreach ((Action spoil, string message) in new (Action, string)[]
        {
            (() => File.WriteAllBytes(service.Served, File.ReadAllBytes(service.First)[..2000]), "cannot be served"),
            (() => File.WriteAllText(service.Served, "not a model"), "cannot be served"),
            (() => File.Delete(service.Served), "There is no file"),
        })
        {
            spoil();
            Health health = await UntilAsync(health => health.Error?.Contains(message, StringComparison.Ordinal) == true);
            Assert.Equal(("degraded", name), (health.Status, health.Model));
            Assert.DoesNotContain('\n', health.Error!);
            Assert.Equal(service.Expected[service.First], (await AskAsync("""{"history": ["i3", "i4"]}""")).Items.Select(item => item.Id));
        }

        service.Serve(service.Second);
        Assert.NotEqual(name, (await UntilAsync(health => health.Status == "healthy")).Model);
    }

    [Fact]
    public async Task WithoutAModelTheServiceSaysSoUntilThereIsOne()
    {
        string path = service.Served + ".later";
        await using WebApplication app = RecommendService.Build(["--model", path, "--urls", "http://127.0.0.1:0", "--ReloadSeconds", "0.05", "--Logging:LogLevel:Default", "None"]);
        await app.StartAsync(Stop);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using HttpResponseMessage health = await http.GetAsync(new Uri("health", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        using HttpResponseMessage refused = await http.PostAsJsonAsync("recommend", new { history = new[] { "i1" } }, Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("There is no file", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        File.Copy(service.First, path);
        for (int tries = 0; !(await http.GetAsync(new Uri("health", UriKind.Relative), Stop)).IsSuccessStatusCode; tries++)
        {
            Assert.True(tries < 200, "the model was not loaded in 10 s");
            await Task.Delay(50, Stop);
        }
    }

    private async Task UseAsync(string path)
    {
        string name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(path, Stop)))[..12];
        service.Serve(path);
        await UntilAsync(health => health is { Status: "healthy", Model: { } model } && model == name);
    }

    private async Task<Health> UntilAsync(Func<Health, bool> holds)
    {
        for (int tries = 0; tries < 200; tries++)
        {
            Health health = await HealthAsync();
            if (holds(health))
                return health;
            await Task.Delay(50, Stop);
        }

        throw new TimeoutException($"The service did not become so in 10 s: {await HealthAsync()}");
    }

    private async Task<Health> HealthAsync() => (await service.Http.GetFromJsonAsync<Health>("/health", Stop))!;

    private async Task<RecommendResponse> AskAsync(string body)
    {
        using HttpResponseMessage response = await PostAsync(body, "application/json");
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Stop));
        return (await response.Content.ReadFromJsonAsync<RecommendResponse>(Stop))!;
    }

    private async Task RefusedAsync(HttpStatusCode status, string body, string message, string type = "application/json")
    {
        using HttpResponseMessage response = await PostAsync(body, type);
        string problem = await response.Content.ReadAsStringAsync(Stop);
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains(message, JsonDocument.Parse(problem).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await service.Http.PostAsync(new Uri("/recommend", UriKind.Relative), content, Stop);
    }
}
