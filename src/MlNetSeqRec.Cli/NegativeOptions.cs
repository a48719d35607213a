using System.CommandLine;

namespace MlNetSeqRec.Cli;

/// <summary>The options of train that say against what targets are ranked in training.</summary>
internal sealed class NegativeOptions
{
    private static readonly SequentialTransformerOptions _defaults = new();

    private readonly Option<int?> _count = new("--negatives") { Description = "Negatives drawn for each step; 0 for a softmax over the whole catalogue; by default decided by its size" };
    private readonly Option<string> _sampling = new("--negative-sampling") { Description = "How they are drawn: popularity, log-popularity, uniform, mixed (popularity and uniform), co-counts (items that occur near the targets) or nearest (items with vectors like the targets')", DefaultValueFactory = _ => "popularity" };
    private readonly Option<double> _randomShare = new("--random-share") { Description = "Share of co-counts and nearest that is drawn by popularity, and of mixed that is drawn uniformly", DefaultValueFactory = _ => _defaults.RandomShare };
    private readonly Option<double> _smoothing = new("--popularity-smoothing") { Description = "Added to each item's count where it is drawn by popularity", DefaultValueFactory = _ => _defaults.PopularitySmoothing };
    private readonly Option<int> _pool = new("--nearest-pool") { Description = "Neighbours of an item that nearest draws from", DefaultValueFactory = _ => _defaults.NearestPool };
    private readonly Option<int> _discard = new("--nearest-discard") { Description = "Nearer ones that it passes over", DefaultValueFactory = _ => _defaults.NearestDiscard };
    private readonly Option<string> _logQ = new("--logq") { Description = "Which scores are corrected for how negatives are drawn: all, negatives (not the target's) or none", DefaultValueFactory = _ => "all" };

    public NegativeOptions()
    {
        _sampling.AcceptOnlyFromAmong("popularity", "log-popularity", "uniform", "mixed", "co-counts", "nearest");
        _logQ.AcceptOnlyFromAmong("all", "negatives", "none");
    }

    public Option[] All => [_count, _sampling, _randomShare, _smoothing, _pool, _discard, _logQ];

    public void Set(ParseResult parsed, SequentialTransformerOptions options)
    {
        parsed.IfGiven(_count, value => options.Negatives = value);
        parsed.IfGiven(_sampling, value => options.NegativeSampling = Enum.Parse<NegativeSampling>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true));
        parsed.IfGiven(_randomShare, value => options.RandomShare = value);
        parsed.IfGiven(_smoothing, value => options.PopularitySmoothing = value);
        parsed.IfGiven(_pool, value => options.NearestPool = value);
        parsed.IfGiven(_discard, value => options.NearestDiscard = value);
        parsed.IfGiven(_logQ, value => options.LogQ = Enum.Parse<LogQCorrection>(value, ignoreCase: true));
    }
}
