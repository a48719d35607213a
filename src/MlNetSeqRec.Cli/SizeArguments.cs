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
        options.Layers = parsed.GetValue(_layers);
        options.Width = parsed.GetValue(_width);
        options.Heads = parsed.GetValue(_heads);
        options.MaximumLength = parsed.GetValue(_length);
        options.VocabularySize = parsed.GetValue(_vocabulary);
    }
}
