namespace MlNetSeqRec.Samples.RecommendApi;

/// <summary>What is asked.</summary>
/// <param name="History">Item ids, oldest first; empty for a shopper of whom nothing is known.</param>
/// <param name="K">How many items are wanted.</param>
public sealed record RecommendRequest(string[]? History, int? K);

/// <summary>An item that is recommended.</summary>
public sealed record ScoredItem(string Id, string? Title, float Score);

/// <summary>What is answered.</summary>
/// <param name="Items">Best first.</param>
/// <param name="IsPopularityFallback">Whether these are just popular, since the history held no known item.</param>
/// <param name="Ignored">Ids of the history that the model does not know, each once.</param>
/// <param name="Model">Which model answered: the beginning of its file's SHA-256.</param>
public sealed record RecommendResponse(IReadOnlyList<ScoredItem> Items, bool IsPopularityFallback, IReadOnlyList<string> Ignored, string Model);

/// <summary>How the service is.</summary>
/// <param name="Status">healthy; degraded where a new file could not be loaded and the model before it goes on; unhealthy without a model.</param>
/// <param name="Model">Which model answers; null for none.</param>
/// <param name="LoadedAt">Since when.</param>
/// <param name="Items">How many items it knows.</param>
/// <param name="Error">Why the file that is there now is not served; null where it is.</param>
/// <param name="MemoryBytes">Memory of the process (resident).</param>
public sealed record Health(string Status, string? Model, DateTimeOffset? LoadedAt, int? Items, string? Error, long MemoryBytes);
