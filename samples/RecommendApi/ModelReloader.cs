namespace MlNetSeqRec.Samples.RecommendApi;

/// <summary>
/// Serves what is in the model file. A change of the file is noticed by its time and size, which works on network drives and
/// in containers too. A new model takes the place of the old one at once; a file that cannot be loaded changes nothing, is
/// told by <see cref="Error"/>, and is tried again when it changes.
/// </summary>
public sealed partial class ModelReloader(ServiceOptions options, ILogger<ModelReloader> log) : BackgroundService
{
    private (DateTime Time, long Size) _tried;
    private ServedModel? _current;

    /// <summary>Why the file that is there now is not served; null where it is.</summary>
    public string? Error { get; private set; }

    /// <summary>The current model, held: release it after use. Null for none.</summary>
    public ServedModel? Hold()
    {
        // A model that was replaced and freed between the two calls: the next one is there.
        while (Volatile.Read(ref _current) is { } model)
        {
            if (model.TryHold())
                return model;
        }

        return null;
    }

    /// <summary>Loads the file if it has changed since it was last tried.</summary>
    public void Look()
    {
        var file = new FileInfo(options.Model);
        if (!file.Exists)
        {
            _tried = default;
            Error = $"There is no file {options.Model}";
            return;
        }

        (DateTime, long) now = (file.LastWriteTimeUtc, file.Length);
        if (now == _tried)
            return;
        _tried = now;
        try
        {
            ServedModel model = ServedModel.Load(options.Model);
            Error = null;
            Interlocked.Exchange(ref _current, model)?.Release();
            Loaded(options.Model, model.Name, model.Catalogue.Count);
        }
        catch (Exception e)
        {
            Error = $"{options.Model} cannot be served: {Cause(e)}";
            NotLoaded(Error);
        }
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Look();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Interlocked.Exchange(ref _current, null)?.Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.ReloadSeconds));
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    // ML.NET wraps what a model's reader says.
    private static string Cause(Exception e)
    {
        while (e is System.Reflection.TargetInvocationException or InvalidOperationException && e.InnerException is { } inner)
            e = inner;
        return e.Message.Split('\n')[0].TrimEnd();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path}: serving model {Name} with {Items} items")]
    private partial void Loaded(string path, string name, int items);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Error}")]
    private partial void NotLoaded(string error);
}
