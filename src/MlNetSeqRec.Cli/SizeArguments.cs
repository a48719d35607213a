using System.CommandLine;

namespace MlNetSeqRec.Cli;

/// <summary>The options that fix the size of a new network.</summary>
internal sealed class SizeArguments
{
    private static readonly SequentialTransformerOptions _defaults = new();

    private readonly Option<int> _layers = new("--layers") { Description = "Transformer blocks", DefaultValueFactory = _ => _defaults.Layers };
    private readonly Option<int> _width = new("--width") { Description = "Width of vectors", DefaultValueFactory = _ => _defaults.Width };
    private readonly Option<int> _heads = new("--heads") { Description = "Attention heads", DefaultValueFactory = _ => _defaults.Heads };
    private readonly Option<int> _length = new("--length") { Description = "How many of the latest items are looked at", DefaultValueFactory = _ => _defaults.MaximumLength };
    private readonly Option<int> _vocabulary = new("--vocabulary") { Description = "Pieces of words learnt from the items' text", DefaultValueFactory = _ => _defaults.VocabularySize };

    public IEnumerable<Option> Options => [_layers, _width, _heads, _length, _vocabulary];

    public void Apply(ParseResult parsed, SequentialTransformerOptions options)
    {
        parsed.IfGiven(_layers, value => options.Layers = value);
        parsed.IfGiven(_width, value => options.Width = value);
        parsed.IfGiven(_heads, value => options.Heads = value);
        parsed.IfGiven(_length, value => options.MaximumLength = value);
        parsed.IfGiven(_vocabulary, value => options.VocabularySize = value);
    }
}
