namespace MlNetSeqRec;

/// <summary>What decides the outcome of a training, in a few words with "; " between them.</summary>
internal static class TrainingFingerprint
{
    /// <summary>What must agree for a checkpoint to be of the same training.</summary>
    /// <param name="shape">The network.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="data">A few words on the data.</param>
    /// <param name="updates">Which parameters are trained when; null for all, always.</param>
    public static string Of(NetworkShape shape, SequentialTransformerOptions options, string data, IUpdatePlan? updates) => string.Join(
        "; ",
        shape.ToString().Replace(", ", "; ", StringComparison.Ordinal),
        data,
        $"epochs {options.Epochs}; positions in a batch {options.PositionsPerBatch}; rate {options.LearningRate}; warm-up {options.WarmUpSteps}; decay {options.WeightDecay}; clipping {options.GradientClipping}",
        $"negatives {options.Negatives} {options.NegativeSampling}, random share {options.RandomShare}, smoothing {options.PopularitySmoothing}, nearest {options.NearestPool} after {options.NearestDiscard}; logQ {options.LogQ}; earlier items left out {options.LeaveOutEarlierItems}, those without events {options.LeaveOutItemsWithoutEvents}; row updates {options.RowUpdates}; token rate {options.TokenRate}; lexical start {options.LexicalStart}; precision {options.Precision}; seed {options.Seed}{(updates is null ? string.Empty : $"; {updates.Description}")}");

    /// <summary>What must agree among the ranks of one training, besides.</summary>
    /// <param name="options">How it is trained.</param>
    /// <param name="domains">The data, of which all is compared.</param>
    /// <param name="texts">The tokens of each domain's items; null without.</param>
    /// <param name="device">The rank's.</param>
    public static string AmongRanks(SequentialTransformerOptions options, IReadOnlyList<TrainingDomain> domains, IReadOnlyList<ItemTokens?> texts, TorchSharp.torch.Device device)
    {
        var parts = new List<string>
        {
            $"version {DataFingerprint.Version}",
            $"device {device.type}",
            $"patience {options.Patience}; members {options.Members}; transitions {options.Transitions}; text similarity {options.TextSimilarity}",
        };
        for (int d = 0; d < domains.Count; d++)
            parts.Add($"data fingerprint {domains[d].Name} {DataFingerprint.Of(domains[d], texts[d])}".Replace("  ", " ", StringComparison.Ordinal));
        return string.Join("; ", parts);
    }
}
