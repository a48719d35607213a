using System.CommandLine;

namespace MlNetSeqRec.Cli;

/// <summary>The preset, and the options that change its recipe.</summary>
internal sealed class RecipeArguments
{
    private static readonly SequentialTransformerOptions _defaults = new();

    private readonly Option<string> _preset = new("--preset") { Description = "What the other options start from: small, base, large (four networks, the best ranking) or srt (the paper's model)", DefaultValueFactory = _ => "base" };
    private readonly Option<int> _members = new("--members") { Description = "Networks that are trained one after another and whose scores are averaged; within --time-limit as many as there is time for", DefaultValueFactory = _ => _defaults.Members };
    private readonly Option<double> _temperature = new("--temperature") { Description = "What cosine similarities are divided by; 0 for dot products", DefaultValueFactory = _ => _defaults.Temperature };
    private readonly Option<bool> _keepEarlier = new("--keep-earlier-items") { Description = "Let a shopper's earlier items compete with the next one in training, where they are to be recommended again" };
    private readonly Option<string> _pooling = new("--pooling") { Description = "How the vectors of an item's tokens become one: sqrt, mean or sum", DefaultValueFactory = _ => "sqrt" };
    private readonly Option<string> _adapter = new("--adapter") { Description = "How that becomes the item's text vector: residual or linear", DefaultValueFactory = _ => "residual" };
    private readonly Option<string> _norm = new("--norm") { Description = "Whether norms come before each block's operations or after its sums: pre or post", DefaultValueFactory = _ => "pre" };

    private readonly Option<bool> _lexical = new("--lexical-start") { Description = "Begin as similarity of texts to the latest item: for few users, and for items that few or none had" };

    public RecipeArguments()
    {
        _preset.AcceptOnlyFromAmong("small", "base", "large", "srt");
        _pooling.AcceptOnlyFromAmong("sqrt", "mean", "sum");
        _adapter.AcceptOnlyFromAmong("residual", "linear");
        _norm.AcceptOnlyFromAmong("pre", "post");
    }

    public IEnumerable<Option> Options => [_preset, _members, _temperature, _keepEarlier, _pooling, _adapter, _norm, _lexical];

    /// <summary>The preset's options.</summary>
    public SequentialTransformerOptions Preset(ParseResult parsed) =>
        SequentialTransformerOptions.Preset(Enum.Parse<SequentialTransformerPreset>(parsed.GetValue(_preset)!, ignoreCase: true));

    public void Apply(ParseResult parsed, SequentialTransformerOptions options)
    {
        parsed.IfGiven(_members, value => options.Members = value);
        parsed.IfGiven(_temperature, value => options.Temperature = value);
        parsed.IfGiven(_keepEarlier, value => options.LeaveOutEarlierItems = !value);
        parsed.IfGiven(_pooling, value => options.Pooling = value switch { "mean" => TextPooling.Mean, "sum" => TextPooling.Sum, _ => TextPooling.SquareRoot });
        parsed.IfGiven(_adapter, value => options.Adapter = Enum.Parse<TextAdapter>(value, ignoreCase: true));
        parsed.IfGiven(_lexical, value => options.LexicalStart = value);
        parsed.IfGiven(_norm, value => options.PostNorm = value == "post");
    }
}
