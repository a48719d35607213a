namespace MlNetSeqRec.Samples.RecommendApi;

/// <summary>Settings, from the command line (<c>--model model.zip</c>), the environment or appsettings.json.</summary>
public sealed class ServiceOptions
{
    /// <summary>The model that is served. The file may come later, and may be replaced at any time, best by renaming.</summary>
    public string Model { get; set; } = "model.zip";

    /// <summary>Most bytes of a request's body.</summary>
    public long MaxBodyBytes { get; set; } = 256 * 1024;

    /// <summary>Most items of a request's history.</summary>
    public int MaxHistory { get; set; } = 1000;

    /// <summary>Most characters of an item's id.</summary>
    public int MaxIdLength { get; set; } = 200;

    /// <summary>Most requests that wait for a core; more are turned away with 503.</summary>
    public int MaxWaiting { get; set; } = 1000;

    /// <summary>How often it is looked whether the file has changed, in seconds.</summary>
    public double ReloadSeconds { get; set; } = 1;
}
