using System.Runtime.CompilerServices;

namespace MlNetSeqRec;

/// <summary>What <see cref="SequentialTransformerOptions"/> may be.</summary>
internal static class OptionChecks
{
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, which the message names.</exception>
    public static void Check(SequentialTransformerOptions o)
    {
        Require(o.Layers >= 1, o.Layers, "at least 1");
        Require(o.Heads >= 1, o.Heads, "at least 1");
        Require(o.Width >= 1 && o.Width % Math.Max(1, o.Heads) == 0, o.Width, $"a multiple of Heads ({o.Heads})");
        Require(o.MaximumLength >= 1, o.MaximumLength, "at least 1");
        Require(o.Dropout is null or (>= 0 and < 1), o.Dropout, "from 0 to below 1");
        Require(o.TokenDropout is >= 0 and < 1, o.TokenDropout, "from 0 to below 1");
        Require(o.IdDropout is >= 0 and < 1, o.IdDropout, "from 0 to below 1");
        Require(o.IdDropout == 0 || o.ItemEncoding is ItemEncoding.IdAndText or ItemEncoding.Auto, o.IdDropout, $"0 with ItemEncoding {o.ItemEncoding}: dropping ids needs ids and text");
        Require(o.VocabularySize >= 1, o.VocabularySize, "at least 1");
        Require(o.Negatives is null or >= 0, o.Negatives, "at least 0");
        Require(o.RandomShare is >= 0 and <= 1, o.RandomShare, "from 0 to 1");
        Require(
            o.RandomShare > 0 || o.LogQ != LogQCorrection.All || o.NegativeSampling is not (NegativeSampling.CoCounts or NegativeSampling.Nearest),
            o.RandomShare,
            $"above 0 with negatives by {o.NegativeSampling} and LogQ {o.LogQ}, which needs a probability of the target too");
        Require(o.PopularitySmoothing >= 0 && double.IsFinite(o.PopularitySmoothing), o.PopularitySmoothing, "at least 0");
        Require(o.NearestPool >= 1, o.NearestPool, "at least 1");
        Require(o.NearestDiscard >= 0, o.NearestDiscard, "at least 0");
        Require(o.PositionsPerPass is null or >= 1, o.PositionsPerPass, "at least 1");
        Require(o.TokenRate >= 0 && double.IsFinite(o.TokenRate), o.TokenRate, "at least 0");
        Require(!o.LexicalStart || o.ItemEncoding != ItemEncoding.Id, o.LexicalStart, "false with ItemEncoding Id: it needs text");
        Require(o.Temperature >= 0 && double.IsFinite(o.Temperature), o.Temperature, "at least 0");
        Require(o.Members >= 1, o.Members, "at least 1");
        Require(o.Epochs >= 1, o.Epochs, "at least 1");
        Require(o.Patience >= 1, o.Patience, "at least 1");
        Require(o.TimeLimit is null || o.TimeLimit > TimeSpan.Zero, o.TimeLimit, "longer than nothing");
        Require(o.PositionsPerBatch >= 1, o.PositionsPerBatch, "at least 1");
        Require(o.LearningRate > 0, o.LearningRate, "above 0");
        Require(o.WarmUpSteps >= 0, o.WarmUpSteps, "at least 0");
        Require(o.WeightDecay >= 0, o.WeightDecay, "at least 0");
        Require(o.GradientClipping >= 0, o.GradientClipping, "at least 0");
        Require(o.RecommendationCount >= 1, o.RecommendationCount, "at least 1");
        Require(!o.Resume || o.CheckpointFolder is not null, o.Resume, "used with a CheckpointFolder");
    }

    private static void Require(bool holds, object? value, string expected, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        string name = option[(option.IndexOf('.', StringComparison.Ordinal) + 1)..];
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {expected}");
    }
}
