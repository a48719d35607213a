using System.Globalization;

namespace MlNetSeqRec;

/// <summary>Which candidates a target is ranked among: all of them ("full"), or N drawn ones ("sampled:N").</summary>
/// <param name="Negatives">How many negatives are drawn for each user; null for all items.</param>
/// <param name="Seed">The seed of the draw.</param>
/// <remarks>Figures of the sampled protocol are far higher and may order models differently; compare them only with their like.</remarks>
internal readonly record struct RankingProtocol(int? Negatives = null, int Seed = 1)
{
    private const string Full = "full";
    private const string Sampled = "sampled:";

    /// <summary>Reads "full" or "sampled:N".</summary>
    /// <exception cref="ArgumentException">The text is neither.</exception>
    internal static RankingProtocol Parse(string protocol, int seed = 1)
    {
        if (protocol == Full)
            return new RankingProtocol(null, seed);
        if (protocol.StartsWith(Sampled, StringComparison.Ordinal)
            && int.TryParse(protocol.AsSpan(Sampled.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int negatives) && negatives > 0)
            return new RankingProtocol(negatives, seed);
        throw new ArgumentException($"The ranking protocol is '{protocol}'; expected 'full', or 'sampled:N' with N negatives, such as 'sampled:100'.", nameof(protocol));
    }

    /// <summary>A target's rank among all candidates and among those that the user has not had.</summary>
    internal TargetRanks Rank(ReadOnlySpan<float> scores, int target, ReadOnlySpan<int> history, int user) => Negatives is int negatives
        ? new TargetRanks(TargetRank.Sampled(scores, target, [], negatives, Seed, user), TargetRank.Sampled(scores, target, history, negatives, Seed, user))
        : TargetRank.Both(scores, target, history);

    /// <inheritdoc/>
    public override string ToString() => Negatives is int negatives ? string.Create(CultureInfo.InvariantCulture, $"{Sampled}{negatives}") : Full;
}
