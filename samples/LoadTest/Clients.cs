using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using MlNetSeqRec.Samples.RecommendApi;

namespace MlNetSeqRec.Samples.LoadTest;

/// <summary>Clients that each ask again as soon as they are answered, over connections that stay open.</summary>
internal sealed class Clients : IDisposable
{
    private readonly HttpClient _http;
    private readonly TwoModels _models;
    private readonly byte[][] _bodies;

    public Clients(Uri address, TwoModels models)
    {
        _http = new HttpClient { BaseAddress = address };
        _models = models;
        _bodies = [.. models.Histories.Select(history => JsonSerializer.SerializeToUtf8Bytes(new RecommendRequest(history, 10), JsonSerializerOptions.Web))];
    }

    /// <summary>Runs until the time is over or so many requests are answered.</summary>
    public async Task<LoadResult> RunAsync(int clients, TimeSpan time, long requests)
    {
        var clock = Stopwatch.StartNew();
        long begun = 0;
        LoadResult[] results = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var milliseconds = new List<double>();
            var seen = new HashSet<string>();
            long wrong = 0;
            var random = new Random(client);
            while (clock.Elapsed < time && Interlocked.Increment(ref begun) <= requests)
            {
                int history = random.Next(_bodies.Length);
                long start = Stopwatch.GetTimestamp();
                string? model = await AskAsync(history);
                milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (model is null)
                    wrong++;
                else
                    seen.Add(model);
            }

            return new LoadResult(milliseconds, wrong, seen, 0);
        })));
        return results.Aggregate(LoadResult.None, (all, one) => all + one) with { Seconds = clock.Elapsed.TotalSeconds };
    }

    public void Dispose() => _http.Dispose();

    // The model that answered rightly; null for an error or a wrong answer.
    private async Task<string?> AskAsync(int history)
    {
        using var content = new ByteArrayContent(_bodies[history]);
        content.Headers.ContentType = new("application/json");
        try
        {
            using HttpResponseMessage response = await _http.PostAsync(new Uri("recommend", UriKind.Relative), content);
            if (!response.IsSuccessStatusCode)
                return null;
            RecommendResponse answer = (await response.Content.ReadFromJsonAsync<RecommendResponse>())!;
            return _models.IsRight(answer.Model, history, string.Join(' ', answer.Items.Select(item => item.Id))) ? answer.Model : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
