using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MlNetSeqRec;

/// <summary>
/// The words of a text, one after the other, without copies: maximal runs of letters, digits and combining marks of any
/// script, in parts of at most <see cref="LongestWord"/> UTF-16 units. All else separates, and so do broken surrogates.
/// Unicode categories are built into .NET, so the result does not depend on the language or the ICU of the machine.
/// </summary>
internal ref struct Words(ReadOnlySpan<char> text)
{
    /// <summary>No language has longer ones; what comes without blanks for longer is not a word, and would be costly as one.</summary>
    internal const int LongestWord = 100;

    private readonly ReadOnlySpan<char> _text = text;
    private int _start, _end;

    public readonly Words GetEnumerator() => this;

    public readonly ReadOnlySpan<char> Current => _text[_start.._end];

    public bool MoveNext()
    {
        int at = _end, length;
        while (at < _text.Length && !IsOfWord(_text, at, out length))
            at += length;
        _start = at;
        while (at < _text.Length && IsOfWord(_text, at, out length) && at + length - _start <= LongestWord)
            at += length;
        _end = at;
        return _end > _start;
    }

    /// <summary>The text in lower case, in a buffer that grows as needed.</summary>
    internal static ReadOnlySpan<char> Lower(ReadOnlySpan<char> text, ref char[] buffer)
    {
        if (buffer.Length < text.Length)
            buffer = new char[Math.Max(text.Length, 256)];
        return buffer.AsSpan(0, text.ToLowerInvariant(buffer));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsOfWord(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        return char.IsAscii(text[at]) ? char.IsAsciiLetterOrDigit(text[at]) : IsOfWordBeyondAscii(text[at..], out length);
    }

    private static bool IsOfWordBeyondAscii(ReadOnlySpan<char> text, out int length)
    {
        Rune.DecodeFromUtf16(text, out Rune rune, out length);
        return Rune.IsLetterOrDigit(rune)
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
    }
}
