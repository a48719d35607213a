using Microsoft.ML.Tokenizers;

namespace MlNetSeqRec;

/// <summary><see cref="Words"/> for the tokenizer of Microsoft.ML.Tokenizers.</summary>
internal sealed class WordSplitter : PreTokenizer
{
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => PreTokenize(text.AsSpan());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        var found = new List<(int Offset, int Length)>();
        for (var words = new Words(text); words.MoveNext();)
            found.Add((words.Offset, words.Current.Length));
        return found;
    }
}
