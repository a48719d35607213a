using System.Globalization;
using System.Text;

namespace MlNetSeqRec.Data.Reading;

/// <summary>A quoted text inside a <see cref="PythonLiteral"/>, with its escapes.</summary>
internal static class PythonText
{
    /// <summary>Reads the text whose opening quote stands at <paramref name="at"/>, and moves behind the closing one.</summary>
    public static bool Read(ReadOnlySpan<char> literal, ref int at, out string value)
    {
        char quote = literal[at++];
        int plain = literal[at..].IndexOfAny(quote, '\\');
        if (plain >= 0 && literal[at + plain] == quote)
        {
            value = WithoutLoneSurrogates(literal.Slice(at, plain).ToString());
            at += plain + 1;
            return true;
        }

        var text = new StringBuilder();
        value = "";
        while (at < literal.Length)
        {
            char c = literal[at++];
            if (c == quote)
            {
                value = WithoutLoneSurrogates(text.ToString());
                return true;
            }

            if (c != '\\')
            {
                text.Append(c);
            }
            else if (!Escape(literal, ref at, text))
            {
                return false;
            }
        }

        return false;
    }

    private static bool Escape(ReadOnlySpan<char> literal, ref int at, StringBuilder text)
    {
        if (at == literal.Length)
        {
            return false;
        }

        char c = literal[at++];
        switch (c)
        {
            case '\'' or '"' or '\\':
                text.Append(c);
                return true;
            case 'n':
                text.Append('\n');
                return true;
            case 't':
                text.Append('\t');
                return true;
            case 'r':
                text.Append('\r');
                return true;
            case 'x':
                return CodePoint(literal, ref at, 2, text);
            case 'u':
                return CodePoint(literal, ref at, 4, text);
            case 'U':
                return CodePoint(literal, ref at, 8, text);
            default:
                // As Python does: an escape that it does not know stays as it is written.
                text.Append('\\').Append(c);
                return true;
        }
    }

    private static bool CodePoint(ReadOnlySpan<char> literal, ref int at, int digits, StringBuilder text)
    {
        if (at + digits > literal.Length
            || !uint.TryParse(literal.Slice(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            || code > 0x10FFFF)
        {
            return false;
        }

        at += digits;
        // One half of a pair comes as its own escape; the halves meet in the text.
        _ = code <= char.MaxValue ? text.Append((char)code) : text.Append(char.ConvertFromUtf32((int)code));
        return true;
    }

    private static string WithoutLoneSurrogates(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
}
