using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace MlNetSeqRec.Data.Databases;

/// <summary>What a value of a database or data frame is as an id, a time or a text.</summary>
internal static partial class FieldValues
{
    /// <summary>An id: text as it is, whole numbers in decimal.</summary>
    /// <exception cref="InvalidDataException">It is missing, blank or of another type.</exception>
    public static string Id(object? value, string column, long row) => value switch
    {
        string text when !string.IsNullOrWhiteSpace(text) => text,
        null or DBNull or string => throw new InvalidDataException($"Row {row} (from 1) has no {column}."),
        sbyte or byte or short or ushort or int or uint or long or ulong or BigInteger or Guid => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        decimal number when decimal.IsInteger(number) => number.ToString("0", CultureInfo.InvariantCulture),
        _ => throw Wrong(value, column, row, "text or a whole number"),
    };

    /// <summary>A time in Unix seconds: whole numbers as they are; dates that do not say otherwise are in UTC.</summary>
    /// <exception cref="InvalidDataException">It is missing or of another type.</exception>
    public static long Time(object? value, string column, long row) => value switch
    {
        null or DBNull => throw new InvalidDataException($"Row {row} (from 1) has no {column}."),
        sbyte or byte or short or ushort or int or uint or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number when number <= long.MaxValue => (long)number,
        decimal number when decimal.IsInteger(number) && number >= long.MinValue && number <= long.MaxValue => (long)number,
        BigInteger number when number >= long.MinValue && number <= long.MaxValue => (long)number,
        DateTime { Kind: DateTimeKind.Local } time => Seconds(time.ToUniversalTime()),
        DateTime time => Seconds(time),
        DateTimeOffset time => time.ToUnixTimeSeconds(),
        DateOnly date => Seconds(date.ToDateTime(default)),
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => number,
        // As SQLite keeps them.
        string text when DateTime.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime time) => Seconds(time),
        _ => throw Wrong(value, column, row, "whole seconds, a timestamp or a date"),
    };

    /// <summary>A text in one line; empty where it is missing.</summary>
    /// <exception cref="InvalidDataException">It is of another type.</exception>
    public static string Text(object? value, string column, long row) => value switch
    {
        null or DBNull => "",
        string text => Blanks().Replace(text, " ").Trim(),
        _ => throw Wrong(value, column, row, "text"),
    };

    private static long Seconds(DateTime time) => (long)Math.Floor((time - DateTime.UnixEpoch).TotalSeconds);

    private static InvalidDataException Wrong(object value, string column, long row, string expected) =>
        new($"Row {row} (from 1): {column} is {Convert.ToString(value, CultureInfo.InvariantCulture)} ({value.GetType().Name}); {expected} was expected.");

    [GeneratedRegex(@"[\s\x00-\x1F]+")]
    private static partial Regex Blanks();
}
