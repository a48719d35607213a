using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace MlNetSeqRec;

/// <summary>
/// Splits text into words: maximal runs of letters, digits and combining marks of any script. All else separates.
/// Unicode categories are built into .NET, so the result does not depend on the language or the ICU of the machine.
/// </summary>
internal sealed class WordSplitter : PreTokenizer
{
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => PreTokenize(text.AsSpan());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        var words = new List<(int Offset, int Length)>();
        int start = -1;
        for (int i = 0, length; i < text.Length; i += length)
        {
            Rune.DecodeFromUtf16(text[i..], out Rune rune, out length);
            if (!IsOfWord(rune))
                Close(i);
            else if (start < 0)
                start = i;
        }
        Close(text.Length);
        return words;

        void Close(int end)
        {
            if (start >= 0)
                words.Add((start, end - start));
            start = -1;
        }
    }

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
