using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.ML;

namespace MlNetSeqRec.Samples.RecommendApi;

/// <summary>
/// One loaded model. Requests hold it while they use it: it is freed when it has been replaced and its last request has ended.
/// The weights are shared; each engine, which is for one thread at a time, only has the row that it works on.
/// </summary>
public sealed class ServedModel
{
    private readonly ConcurrentBag<PredictionEngine<Shopper, Recommendation>> _engines = [];
    private readonly MLContext _ml = new();
    private readonly ITransformer _chain;
    private int _holders = 1;

    private ServedModel(ITransformer chain, string name)
    {
        (_chain, Name) = (chain, name);
        Catalogue = SequentialRecommendationCatalog.FindModel(chain).Catalogue;
        MostItems = Predict([]).RecommendedItems.Length; // also computes the item vectors, before the first request
    }

    /// <summary>The beginning of the file's SHA-256.</summary>
    public string Name { get; }

    public DateTimeOffset LoadedAt { get; } = DateTimeOffset.UtcNow;

    public ItemCatalogue Catalogue { get; }

    /// <summary>How many items it recommends: RecommendationCount of its training.</summary>
    public int MostItems { get; }

    /// <summary>Whether it is still in memory.</summary>
    public bool IsAlive => Volatile.Read(ref _holders) > 0;

    /// <exception cref="Exception">The file cannot be read, or is not such a model.</exception>
    public static ServedModel Load(string path)
    {
        // Read once, so that the name is that of what is loaded even if the file is replaced now.
        byte[] content = File.ReadAllBytes(path);
        string name = Convert.ToHexStringLower(SHA256.HashData(content))[..12];
        ITransformer chain = new MLContext().Model.Load(new MemoryStream(content), out _);
        try
        {
            return new ServedModel(chain, name);
        }
        catch
        {
            (chain as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Recommends; by many threads at once.</summary>
    public Recommendation Predict(string[] history)
    {
        // The engine must not own the chain, which it would free with itself.
        if (!_engines.TryTake(out PredictionEngine<Shopper, Recommendation>? engine))
            engine = _ml.Model.CreatePredictionEngine<Shopper, Recommendation>(_chain, new PredictionEngineOptions { OwnsTransformer = false });
        try
        {
            return engine.Predict(new Shopper { History = history });
        }
        finally
        {
            _engines.Add(engine);
        }
    }

    /// <summary>Keeps the model from being freed; false where it already is.</summary>
    public bool TryHold()
    {
        int holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            int seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
                return true;
            holders = seen;
        }

        return false;
    }

    /// <summary>Ends what <see cref="TryHold"/> began, or what loading did.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        foreach (PredictionEngine<Shopper, Recommendation> engine in _engines)
            engine.Dispose();
        (_chain as IDisposable)?.Dispose();
    }

    public sealed class Shopper
    {
        public string[] History { get; set; } = [];
    }

    public sealed class Recommendation
    {
        public string[] RecommendedItems { get; set; } = [];

        public float[] Score { get; set; } = [];

        public bool IsPopularityFallback { get; set; }
    }
}
