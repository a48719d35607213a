using System.Text.Json;
using System.Text.RegularExpressions;

namespace MlNetSeqRec.Data.Reading;

/// <summary>Tells the layout of a review file from its first lines.</summary>
internal static partial class ReviewLayoutDetector
{
    private const int LinesToTry = 100;

    /// <summary>The layout of the first line that has one; broken lines before it are passed over.</summary>
    /// <exception cref="InvalidDataException">No line tells a layout, or the layout is not of <paramref name="format"/>.</exception>
    public static ReviewLayout Detect(string path, ReviewFormat format)
    {
        bool first = true;
        foreach (string line in FirstLines(path))
        {
            if (Layout(line, first, format) is { } layout)
            {
                return layout;
            }

            first = false;
        }

        string wanted = format == ReviewFormat.Auto ? "Amazon 2014, 2018, 2023 or TSV" : format.ToString();
        throw new InvalidDataException($"{path}: none of the first lines is a review in the layout {wanted}.");
    }

    /// <summary>The first lines of a file that are not blank.</summary>
    public static IEnumerable<string> FirstLines(string path) => SourceFile.FirstLines(path, LinesToTry);

    private static ReviewLayout? Layout(string line, bool first, ReviewFormat format)
    {
        if (line.StartsWith('{'))
        {
            return JsonLayout(line, format);
        }

        if (first && ReviewLayout.FromHeader(line) is { } named)
        {
            ReviewFormat found = named.Unit == TimeUnit.Milliseconds ? ReviewFormat.Amazon2023 : ReviewFormat.Tsv;
            return format == ReviewFormat.Auto || format == found ? named : null;
        }

        return line.Split(',') is { Length: 4 } fields ? RatingsLayout(fields, format) : null;
    }

    private static ReviewLayout? JsonLayout(string line, ReviewFormat format)
    {
        ReviewFormat? found = KeysOf(line) switch
        {
            // In 2018 every review has "verified", which those of 2014 never have; else the two are alike.
            { } keys when keys.Contains("reviewerID") || keys.Contains("unixReviewTime") =>
                keys.Contains("verified") ? ReviewFormat.Amazon2018 : ReviewFormat.Amazon2014,
            { } keys when keys.Contains("user_id") || keys.Contains("parent_asin") => ReviewFormat.Amazon2023,
            _ => null,
        };
        return (found, format) switch
        {
            (ReviewFormat.Amazon2014, ReviewFormat.Auto) or (ReviewFormat.Amazon2014 or ReviewFormat.Amazon2018, ReviewFormat.Amazon2014) =>
                ReviewLayout.Json2014,
            (ReviewFormat.Amazon2018, ReviewFormat.Auto) or (ReviewFormat.Amazon2014 or ReviewFormat.Amazon2018, ReviewFormat.Amazon2018) =>
                ReviewLayout.Json2018,
            (ReviewFormat.Amazon2023, ReviewFormat.Auto or ReviewFormat.Amazon2023) => ReviewLayout.Json2023,
            _ => null,
        };
    }

    private static HashSet<string>? KeysOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return [.. document.RootElement.EnumerateObject().Select(property => property.Name)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second says that a name has half a surrogate pair.
            return null;
        }
    }

    /// <summary>The two releases order the columns differently. Item ids have ten characters; user ids have more.</summary>
    private static ReviewLayout? RatingsLayout(string[] fields, ReviewFormat format)
    {
        bool itemFirst = ItemId().IsMatch(fields[0]), itemSecond = ItemId().IsMatch(fields[1]);
        return format switch
        {
            ReviewFormat.Amazon2014 => ReviewLayout.Csv2014,
            ReviewFormat.Amazon2018 => ReviewLayout.Csv2018,
            ReviewFormat.Auto when itemFirst && !itemSecond => ReviewLayout.Csv2018,
            ReviewFormat.Auto when itemSecond && !itemFirst => ReviewLayout.Csv2014,
            _ => null,
        };
    }

    [GeneratedRegex("^[0-9B][0-9A-Z]{9}$")]
    private static partial Regex ItemId();
}
