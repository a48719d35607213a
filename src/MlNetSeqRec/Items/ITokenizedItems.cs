using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>
/// A view of items, each id once, whose tokens were worked out before: a catalogue of it reads no texts before somebody asks for
/// them.
/// </summary>
internal interface ITokenizedItems : IDataView
{
    /// <summary>Which tokenizer the tokens are by: <see cref="ItemTokenizer.Sha256"/>.</summary>
    string TokenizerSha256 { get; }

    /// <summary>The tokens of all items, in the order of the rows.</summary>
    /// <param name="rowCount">The rows of the tokenizer's table.</param>
    ItemTokens ReadTokens(int rowCount);
}
