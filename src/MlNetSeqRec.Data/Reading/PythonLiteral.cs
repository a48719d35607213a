using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// Turns a Python literal, as the 2014 metadata has one a line, into JSON: dicts, lists, strings, numbers, None, True, False.
/// Anything else (calls, names, tuples, trailing text) is refused; nothing is evaluated.
/// </summary>
internal ref struct PythonLiteral
{
    private const int DeepestNesting = 64;

    private readonly ReadOnlySpan<char> _text;
    private readonly Utf8JsonWriter _json;
    private int _at;

    private PythonLiteral(ReadOnlySpan<char> text, Utf8JsonWriter json)
    {
        _text = text;
        _json = json;
    }

    /// <summary>The literal as JSON, or null where the text is not exactly one literal.</summary>
    public static string? ToJson(string text)
    {
        var buffer = new ArrayBufferWriter<byte>(text.Length + 16);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        var parser = new PythonLiteral(text, json);
        if (!parser.Value(0) || !parser.AtEnd())
        {
            return null;
        }

        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private bool AtEnd()
    {
        SkipBlanks();
        return _at == _text.Length;
    }

    private bool Value(int depth)
    {
        SkipBlanks();
        if (_at == _text.Length || depth > DeepestNesting)
        {
            return false;
        }

        switch (_text[_at])
        {
            case '{':
                return Dict(depth);
            case '[':
                return List(depth);
            case '\'' or '"':
                if (!PythonText.Read(_text, ref _at, out string text))
                {
                    return false;
                }

                _json.WriteStringValue(text);
                return true;
            default:
                return Word();
        }
    }

    private bool Dict(int depth)
    {
        _json.WriteStartObject();
        _at++;
        while (!Take('}'))
        {
            SkipBlanks();
            if (_at == _text.Length || _text[_at] is not ('\'' or '"') || !PythonText.Read(_text, ref _at, out string key) || !Take(':'))
            {
                return false;
            }

            _json.WritePropertyName(key);
            if (!Value(depth + 1) || !Separated('}'))
            {
                return false;
            }
        }

        _json.WriteEndObject();
        return true;
    }

    private bool List(int depth)
    {
        _json.WriteStartArray();
        _at++;
        while (!Take(']'))
        {
            if (!Value(depth + 1) || !Separated(']'))
            {
                return false;
            }
        }

        _json.WriteEndArray();
        return true;
    }

    /// <summary>A comma, or the end that the caller will take.</summary>
    private bool Separated(char end)
    {
        if (Take(','))
        {
            return true;
        }

        return _at < _text.Length && _text[_at] == end;
    }

    private bool Word()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '.' or '+' or '-'))
        {
            _at++;
        }

        var word = _text[start.._at];
        switch (word)
        {
            case "None":
                _json.WriteNullValue();
                return true;
            case "True":
                _json.WriteBooleanValue(true);
                return true;
            case "False":
                _json.WriteBooleanValue(false);
                return true;
        }

        if (long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            _json.WriteNumberValue(whole);
            return true;
        }

        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number) && char.IsAsciiDigit(word[^1] == '.' ? word[0] : word[^1]))
        {
            _json.WriteNumberValue(number);
            return true;
        }

        return false;
    }

    private bool Take(char expected)
    {
        SkipBlanks();
        if (_at == _text.Length || _text[_at] != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t')
        {
            _at++;
        }
    }
}
