using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.RateLimiting;

namespace MlNetSeqRec.Samples.RecommendApi;

/// <summary>The service: POST /recommend and GET /health.</summary>
public static class RecommendService
{
    private const string Scoring = "scoring";

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static WebApplication Build(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        var options = new ServiceOptions();
        builder.Configuration.Bind(options);
        TorchSharp.torch.set_num_threads(1); // requests share the cores, not a request's arithmetic
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<ModelReloader>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ModelReloader>());
        builder.Services.AddProblemDetails();

        // Scoring is arithmetic: more requests at once than cores would only wait for each other, and take memory.
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
            limiter.AddConcurrencyLimiter(Scoring, limits => (limits.PermitLimit, limits.QueueLimit, limits.QueueProcessingOrder) =
                (Environment.ProcessorCount, options.MaxWaiting, QueueProcessingOrder.OldestFirst));
        });

        WebApplication app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRateLimiter();
        app.MapPost("/recommend", RecommendAsync).RequireRateLimiting(Scoring);
        app.MapGet("/health", Health);
        return app;
    }

    private static async Task<Results<Ok<RecommendResponse>, ProblemHttpResult>> RecommendAsync(HttpRequest http, ModelReloader models, ServiceOptions options)
    {
        RecommendRequest? request;
        try
        {
            request = await http.ReadFromJsonAsync<RecommendRequest>(_json, http.HttpContext.RequestAborted);
        }
        catch (JsonException e)
        {
            return Problem(StatusCodes.Status400BadRequest, $"The body is not what was expected, {{\"history\": [\"id\", …], \"k\": 10}}: {e.Message}");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Problem(e.StatusCode, $"The body is longer than {options.MaxBodyBytes:N0} bytes");
        }
        catch (InvalidOperationException) when (!http.HasJsonContentType())
        {
            return Problem(StatusCodes.Status415UnsupportedMediaType, "The body must be JSON, with Content-Type: application/json");
        }

        if (models.Hold() is not { } model)
            return Problem(StatusCodes.Status503ServiceUnavailable, models.Error ?? "No model is loaded yet");
        try
        {
            return Wrong(request, model, options) is { } wrong
                ? Problem(StatusCodes.Status400BadRequest, wrong)
                : TypedResults.Ok(Recommend(model, request!.History!, request.K ?? model.MostItems));
        }
        finally
        {
            model.Release();
        }
    }

    // What is wrong with a request, in a sentence; null for nothing.
    private static string? Wrong(RecommendRequest? request, ServedModel model, ServiceOptions options) => request switch
    {
        null or { History: null } => "There is no history: give a list of item ids, empty for a new shopper",
        { History.Length: var count } when count > options.MaxHistory => $"The history has {count:N0} items; at most {options.MaxHistory:N0} are taken: give the latest",
        { K: { } k } when k < 1 || k > model.MostItems => $"k is {k}; this model recommends 1 to {model.MostItems} items",
        { History: var history } when Array.FindIndex(history, id => string.IsNullOrEmpty(id) || id.Length > options.MaxIdLength) is >= 0 and int at =>
            $"history[{at}] is {(string.IsNullOrEmpty(history[at]) ? "empty" : $"longer than {options.MaxIdLength} characters")}, not an item's id",
        _ => null,
    };

    private static RecommendResponse Recommend(ServedModel model, string[] history, int k)
    {
        ServedModel.Recommendation best = model.Predict(history);
        return new RecommendResponse(
            [.. best.RecommendedItems.Zip(best.Score, (id, score) => new ScoredItem(id, Title(model.Catalogue, id), score)).Take(k)],
            best.IsPopularityFallback,
            [.. history.Where(id => model.Catalogue.IndexOf(id) < 0).Distinct()],
            model.Name);
    }

    private static string? Title(ItemCatalogue catalogue, string id) => catalogue.IndexOf(id) is >= 0 and int item && catalogue.HasText(item) ? catalogue.TextOf(item).Title : null;

    private static JsonHttpResult<Health> Health(ModelReloader models)
    {
        long memory = Environment.WorkingSet;
        if (models.Hold() is not { } model)
            return TypedResults.Json(new Health("unhealthy", null, null, null, models.Error, memory), statusCode: StatusCodes.Status503ServiceUnavailable);
        try
        {
            return TypedResults.Json(new Health(models.Error is null ? "healthy" : "degraded", model.Name, model.LoadedAt, model.Catalogue.Count, models.Error, memory));
        }
        finally
        {
            model.Release();
        }
    }

    private static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
