using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace MlNetSeqRec.Experiments.Reports;

/// <summary>HTML that may be put into a page as it is. Whatever else is put into it is escaped, so that no text can become markup.</summary>
internal readonly record struct Markup(string Html)
{
    public static readonly Markup None = new(string.Empty);

    /// <summary>Markup from a template: its literal parts are HTML, and its holes are escaped unless they are markup.</summary>
    public static Markup Of(Template template) => new(template.ToString());

    /// <summary>Pieces one after another.</summary>
    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(part => part.Html)));

    /// <inheritdoc/>
    public override string ToString() => Html;

    /// <summary>What the compiler makes of an interpolated string.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Template(int literalLength, int holes)
    {
        private readonly StringBuilder _html = new(literalLength + (holes * 16));

        public void AppendLiteral(string html) => _html.Append(html);

        public void AppendFormatted(Markup part) => _html.Append(part.Html);

        public void AppendFormatted(IEnumerable<Markup> parts) => _html.Append(Join(parts).Html);

        public void AppendFormatted(string? text) => _html.Append(WebUtility.HtmlEncode(text));

        public void AppendFormatted<T>(T value, string? format = null)
            where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

        public override string ToString() => _html.ToString();
    }
}
